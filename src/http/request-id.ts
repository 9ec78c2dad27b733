import { randomUUID } from 'node:crypto';
import type { NextFunction, Request, Response } from 'express';

/** Never taken from the client, which could forge log entries with it. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  request.id = randomUUID();
  response.setHeader('X-Request-Id', request.id);
  next();
}
