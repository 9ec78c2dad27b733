import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Role } from './principal';

export const ROLES = Symbol('the roles whose users are let in');

/**
 * Tells RolesGuard whose users it lets in: those of any of these roles. Stands on a route, or on its controller for all of
 * them; the API's documentation tells it as `x-roles`.
 * @example @UseGuards(RolesGuard) @Roles('admin') @Controller('invoices')
 */
export const Roles = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(ROLES, roles), ApiExtension('x-roles', roles));
