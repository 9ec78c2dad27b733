import { AsyncResource } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { NextFunction, Request, Response } from 'express';

/** Requests of one connection that wait for the one before. Browsers and proxies send none; benchmarks some tens. */
export const MOST_PIPELINED = 100;

const WAITING = Symbol('how many requests of a connection wait');
type Pipelined = Socket & { [WAITING]?: number };

/**
 * Begins a request when the one before it on its connection is answered (RFC 9112, 9.3.2): one packet can hold hundreds. With
 * the last one that may wait the connection is closed, as the answer says; what comes behind it is neither read nor begun.
 */
export function oneAtATime({ socket }: Request, response: Response, next: NextFunction): void {
  if (response.socket !== null) return next(); // Node gives the socket to the answer that is the next to be sent
  const pipelined: Pipelined = socket;
  const waiting = (pipelined[WAITING] ?? 0) + 1;
  if (waiting > MOST_PIPELINED) return void socket.pause();
  pipelined[WAITING] = waiting;
  if (waiting === MOST_PIPELINED) response.setHeader('Connection', 'close');
  // Else what is known of the request before would be taken for known of this one.
  const begin = AsyncResource.bind(() => {
    if (waiting < MOST_PIPELINED) pipelined[WAITING] = (pipelined[WAITING] ?? 1) - 1;
    next();
  });
  response.once('socket', () => setImmediate(begin));
}
