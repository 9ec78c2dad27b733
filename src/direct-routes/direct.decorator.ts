import { SetMetadata } from '@nestjs/common';

export const DIRECT = Symbol('a route that is answered directly');

/**
 * Marks a GET route of a fixed address that is asked for very often: see `DirectRoutesModule`. It answers
 * 200 with a view or with JSON, and takes the request and the response, in this order, or less. It may have guards of its
 * own, given as objects, but no interceptors, pipes or filters.
 */
export const Direct = () => SetMetadata(DIRECT, true);
