import { AsyncResource } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { NextFunction, Request, Response } from 'express';

/** Maximum of pipelined requests per connection. Browsers and proxies send none, benchmarks a few dozen. */
export const MOST_PIPELINED = 100;

const WAITING = Symbol('how many requests of a connection wait');
type Pipelined = Socket & { [WAITING]?: number };

/**
 * Starts a pipelined request only after the previous response (RFC 9112, 9.3.2): one packet can contain
 * hundreds of requests. At the limit, the response announces `Connection: close`, and later requests are
 * neither read nor started.
 */
export function serializePipelined({ socket }: Request, response: Response, next: NextFunction): void {
  if (response.socket !== null) return next(); // Node assigns the socket to the next response to be sent
  const pipelined: Pipelined = socket;
  const waiting = (pipelined[WAITING] ?? 0) + 1;
  if (waiting > MOST_PIPELINED) return void socket.pause();
  pipelined[WAITING] = waiting;
  if (waiting === MOST_PIPELINED) response.setHeader('Connection', 'close');
  // Binds the async context, or this request would run in the context of the previous one.
  const begin = AsyncResource.bind(() => {
    if (waiting < MOST_PIPELINED) pipelined[WAITING] = (pipelined[WAITING] ?? 1) - 1;
    next();
  });
  response.once('socket', () => setImmediate(begin));
}
