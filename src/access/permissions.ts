import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
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

export const PERMISSIONS = Symbol('the permissions that a route needs');

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
    const needed = [context.getClass(), context.getHandler()].flatMap(
      (target) => this.reflector.get<Permission[] | undefined>(PERMISSIONS, target) ?? [],
    );
    // Without any, the guard was given by itself: refuse, as RolesGuard does.
    if (needed.length === 0) throw refusal(context, new NotAuthorized('role'));
    if (!needed.every((permission) => this.permissions.has(principal, permission)))
      throw refusal(context, new NotAuthorized('role'));
    return true;
  }
}

/**
 * Closes a route or a whole controller to users without this permission. Several are all needed. The OpenAPI document
 * shows the last one as `x-permission`.
 * @example @RequirePermission('invoice:approve') @Post('invoices/:id/approval')
 * @throws TypeError for anything but a name, such as a constant of a module that is not loaded yet
 */
export function RequirePermission(permission: Permission): ClassDecorator & MethodDecorator {
  if (typeof permission !== 'string' || permission === '')
    throw new TypeError('@RequirePermission() needs the name of a permission');
  return applyDecorators(
    add(permission),
    UseGuards(PermissionGuard),
    ApiExtension('x-permission', permission),
  );
}

/** To those of the same method, or of the class and the classes that it extends. */
const add =
  (permission: Permission): ClassDecorator & MethodDecorator =>
  (target: object, _key?: unknown, descriptor?: PropertyDescriptor) => {
    const on = (descriptor?.value ?? target) as object;
    const before = (Reflect.getMetadata(PERMISSIONS, on) ?? []) as Permission[];
    Reflect.defineMetadata(PERMISSIONS, [...before, permission], on);
  };
