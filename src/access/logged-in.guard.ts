import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { LoginRequired } from './access-errors';
import { IS_PUBLIC } from './public.decorator';

/** Lets logged-in users through. Global: a route is closed unless `@Public()` says otherwise (ASVS 5.0: 8.2.1). */
@Injectable()
export class LoggedInGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { principal, endReason } = context.switchToHttp().getRequest<Request>();
    // Whoever identifies the user may not have run: no principal at all is a guest too.
    if (principal || this.isPublic(context)) return true;
    throw new LoginRequired(endReason, context.getHandler());
  }

  private isPublic(context: ExecutionContext): boolean | undefined {
    return this.reflector.getAllAndOverride(IS_PUBLIC, [context.getHandler(), context.getClass()]);
  }
}
