import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { LoginRequired, NotAuthorized, refusal } from './access-errors';
import { principalOf } from './principal';
import type { Role } from './roles';
import { ROLES } from './decorators';

/**
 * Admits users with a role that `@Roles` lists, and no one without `@Roles`. It checks the currently stored
 * roles, not those at log-in (ASVS 5.0: 8.3.2).
 */
@Injectable()
export class RolesGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const principal = principalOf(context);
    if (!principal) throw refusal(context, new LoginRequired());
    const roles = this.reflector.getAllAndOverride<Role[] | undefined>(ROLES, [
      context.getHandler(),
      context.getClass(),
    ]);
    if (!roles?.some((role) => principal.roles.includes(role)))
      throw refusal(context, new NotAuthorized('role'));
    return true;
  }
}
