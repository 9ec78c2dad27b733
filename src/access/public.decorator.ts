import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = Symbol('open to guests');

/** Opens a route, or all of a controller, to guests. Without it every route is closed. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
