import { applyDecorators, SetMetadata } from '@nestjs/common';
import { ApiSecurity } from '@nestjs/swagger';

export const IS_PUBLIC = Symbol('open to guests');

/** Opens a route, or all of a controller, to guests. Without it every route is closed; the API's documentation agrees. */
export const Public = () => applyDecorators(SetMetadata(IS_PUBLIC, true), ApiSecurity({}));
