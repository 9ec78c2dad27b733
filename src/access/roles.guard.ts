import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { LoginRequired, NotAuthorized } from './access-errors';
import type { Role } from './principal';
import { ROLES } from './roles.decorator';

/**
 * Lets users through whose role `@Roles` names, and nobody where it names none. The role is the one stored at this
 * moment, not that of the log-in (ASVS 5.0: 8.3.2).
 */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const { principal } = context.switchToHttp().getRequest<Request>();
    if (!principal) throw new LoginRequired();
    const roles = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!roles?.includes(principal.role)) throw new NotAuthorized('role');
    return true;
  }
}
