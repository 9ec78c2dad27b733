import { applyDecorators, createParamDecorator, type ExecutionContext, SetMetadata } from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { type Principal, principalOf, type Role } from './principal';

export const IS_PUBLIC = Symbol('open to guests');

/** Opens a route or a whole controller to guests. Every other route requires a log-in. */
export const Public = () => applyDecorators(SetMetadata(IS_PUBLIC, true), ApiSecurity({}));

/** The principal of this call (Flask keeps it in `g`), or null for a guest on a public route. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal | null =>
  principalOf(context),
);

export const OWNER_PARAMETER = Symbol('the path parameter with the ID of the owner');

/**
 * Names the path parameter in which CorrectUserGuard finds the owner's ID. Default: `id`.
 * @example @UseGuards(CorrectUserGuard) @OwnedBy('userId') @Patch('users/:userId/invoices/:id')
 */
export const OwnedBy = (parameter: string) => SetMetadata(OWNER_PARAMETER, parameter);

export const ROLES = Symbol('the roles whose users are let in');

/**
 * Lists the roles that RolesGuard admits, for a route or a whole controller. The OpenAPI document shows them
 * as `x-roles`.
 * @example @UseGuards(RolesGuard) @Roles('admin') @Controller('invoices')
 */
export const Roles = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(ROLES, roles), ApiExtension('x-roles', roles));
