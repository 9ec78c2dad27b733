import type { Request } from 'express';
import { routesAt } from '../routes-at';

/** The methods allowed at this path, or none if no route matches it (RFC 9110, 15.5.6). */
export function allowedMethods(request: Request): string[] {
  if (request.route) return []; // a handler answered 404: the route itself matched
  return [...new Set(routesAt(request).flatMap(({ methods }) => methods))].sort();
}
