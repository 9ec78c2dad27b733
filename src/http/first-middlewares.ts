import { randomUUID } from 'node:crypto';
import { AsyncResource } from 'node:async_hooks';
import type { Socket } from 'node:net';
import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import type { Settings } from '../options/settings';

/** Never taken from the client, which could forge log entries with it. */
export function requestId(request: Request, response: Response, next: NextFunction): void {
  request.id = randomUUID();
  response.setHeader('X-Request-Id', request.id);
  next();
}

/** A year, in seconds. */
export const HSTS_MAX_AGE = 31_536_000;

/**
 * Strict headers on every response, including errors: nothing inline, no other origins, no frames (ASVS 5.0:
 * 3.4).
 */
export function securityHeaders(settings: Settings): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'], // the style sheet contains its icons as data: images
        connectSrc: ["'self'"],
        formAction: ["'self'"],
        objectSrc: ["'none'"],
        baseUri: ["'none'"],
        frameAncestors: ["'none'"],
        ...(settings.https && { upgradeInsecureRequests: [] }),
      },
    },
    strictTransportSecurity: settings.https && { maxAge: HSTS_MAX_AGE, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
  });
}

/**
 * Forbids all caching of pages made for one user, so the back button reveals nothing private after a log-out.
 */
export function neverStored(_request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store');
  response.vary('Cookie');
  next();
}

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
