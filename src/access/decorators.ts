import {
  applyDecorators,
  createParamDecorator,
  type ExecutionContext,
  SetMetadata,
  type Type,
} from '@nestjs/common';
import { ApiExtension, ApiSecurity } from '@nestjs/swagger';
import { type OwnerLoader } from './owner-loader';
import { type Principal, principalOf } from './principal';
import type { Role } from './roles';

export const IS_PUBLIC = Symbol('open to guests');

/** Opens a route or a whole controller to guests. Every other route requires a log-in. */
export const Public = () => applyDecorators(SetMetadata(IS_PUBLIC, true), ApiSecurity({}));

/** The principal of this call (Flask keeps it in `g`), or null for a guest on a public route. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal | null =>
  principalOf(context),
);

export const OWNER = Symbol('where CorrectUserGuard finds the owner');

/**
 * Says how CorrectUserGuard finds the owner: the path parameter with the user's ID (default: `id`), or a provider that
 * looks the owners up.
 * @example @UseGuards(CorrectUserGuard) @OwnedBy('userId') @Patch('users/:userId/invoices/:id')
 * @example @UseGuards(CorrectUserGuard) @OwnedBy(InvoiceOwner) @Patch('invoices/:id')
 */
export const OwnedBy = (owner: string | Type<OwnerLoader>) => SetMetadata(OWNER, owner);

export const ROLES = Symbol('the roles whose users are let in');

/**
 * Lists the roles that RolesGuard admits, for a route or a whole controller. The OpenAPI document shows them
 * as `x-roles`.
 * @example @UseGuards(RolesGuard) @Roles('admin') @Controller('invoices')
 */
export const Roles = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(ROLES, roles), ApiExtension('x-roles', roles));
