import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiExtension } from '@nestjs/swagger';
import type { Role } from './principal';

export const ROLES = Symbol('the roles whose users are let in');

/**
 * Lists the roles that RolesGuard admits, for a route or a whole controller. The OpenAPI document shows them
 * as `x-roles`.
 * @example @UseGuards(RolesGuard) @Roles('admin') @Controller('invoices')
 */
export const Roles = (...roles: [Role, ...Role[]]) =>
  applyDecorators(SetMetadata(ROLES, roles), ApiExtension('x-roles', roles));
