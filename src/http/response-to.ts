import type { Request, Response } from 'express';

/** The response to a request. Express links the two before any middleware runs. */
export function responseTo(request: Request): Response {
  if (!request.res) throw new Error('This request is not served by Express');
  return request.res;
}
