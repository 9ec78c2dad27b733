import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { kindOf, requestOf } from '../http/request-context';
import { LoginRequired, refusal } from './access-errors';
import { principalOf } from './principal';
import { IS_PUBLIC } from './decorators';

/** Admits logged-in users. Global: every route is closed unless it is `@Public()` (ASVS 5.0: 8.2.1). */
@Injectable()
export class LoggedInGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (principalOf(context) || this.isPublic(context)) return true;
    throw refusal(context, new LoginRequired(requestOf(context)?.endReason, context.getHandler()));
  }

  private isPublic(context: ExecutionContext): boolean | undefined {
    if (kindOf(context) === undefined) return false; // unknown transport: fail closed
    return this.reflector.getAllAndOverride(IS_PUBLIC, [context.getHandler(), context.getClass()]);
  }
}
