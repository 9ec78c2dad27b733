import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet, { type HelmetOptions } from 'helmet';
import type { HeaderOptions } from '../options/code-options';
import type { Settings } from '../options/settings';

/** A year, in seconds. */
export const HSTS_MAX_AGE = 31_536_000;

/**
 * Strict headers on every response, including errors: nothing inline, no other origins, no frames (ASVS 5.0:
 * 3.4).
 */
export function securityHeaders(
  settings: Settings,
  { csp = {}, helmet: others = {} }: HeaderOptions = {},
): RequestHandler {
  if (others === false) return (_request, _response, next) => next();
  const options = {
    contentSecurityPolicy: csp !== false && {
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
        ...csp,
      },
    },
    strictTransportSecurity: settings.https && { maxAge: HSTS_MAX_AGE, includeSubDomains: true },
    xFrameOptions: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    ...others,
  };
  return helmet(options as HelmetOptions);
}

/**
 * Forbids all caching of pages made for one user, so the back button reveals nothing private after a log-out.
 */
export function neverStored(_request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store');
  response.vary('Cookie');
  next();
}
