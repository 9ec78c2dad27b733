import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ApiExtension } from '@nestjs/swagger';
import { RoleModel } from '../options/role-model';
import { LoginRequired, NotAuthorized, refusal } from './access-errors';
import { type Principal, principalOf } from './principal';
import type { Permission } from './roles';

/** What the roles of a user permit, by the option `permissions`. */
@Injectable()
export class Permissions {
  constructor(private readonly model: RoleModel) {}

  /** @param principal null for a guest, who may do nothing. */
  has(principal: Pick<Principal, 'roles'> | null, permission: Permission): boolean {
    return principal?.roles.some((role) => this.model.permissions[role]?.includes(permission)) ?? false;
  }
}

export const PERMISSION = Symbol('the permission that a route needs');

/**
 * Admits users with a role that has the permission of `@RequirePermission`, which is then the role stored now (ASVS
 * 5.0: 8.3.2).
 */
@Injectable()
export class PermissionGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly permissions: Permissions,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const principal = principalOf(context);
    if (!principal) throw refusal(context, new LoginRequired());
    // Of the class and of the method: neither lifts the other.
    const needed = [context.getClass(), context.getHandler()]
      .map((target) => this.reflector.get<Permission | undefined>(PERMISSION, target))
      .filter((permission) => permission !== undefined);
    if (!needed.every((permission) => this.permissions.has(principal, permission)))
      throw refusal(context, new NotAuthorized('role'));
    return true;
  }
}

/**
 * Closes a route or a whole controller to users without this permission. The OpenAPI document shows it as
 * `x-permission`.
 * @example @RequirePermission('invoice:approve') @Post('invoices/:id/approval')
 */
export const RequirePermission = (permission: Permission) =>
  applyDecorators(
    SetMetadata(PERMISSION, permission),
    UseGuards(PermissionGuard),
    ApiExtension('x-permission', permission),
  );
