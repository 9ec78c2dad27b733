import type { NextFunction, Request, RequestHandler, Response } from 'express';
import helmet from 'helmet';
import type { Settings } from '../options/settings';

/** A year, in seconds. */
export const HSTS_MAX_AGE = 31_536_000;

/** Strict headers on every answer, errors included: nothing inline, nothing from elsewhere, no frames (ASVS 5.0: 3.4). */
export function securityHeaders(settings: Settings): RequestHandler {
  return helmet({
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'", 'data:'], // the style sheet draws its icons as data: images
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

/** What is made for one visitor is kept by no cache, theirs included: nothing private behind the back button. */
export function neverStored(_request: Request, response: Response, next: NextFunction): void {
  response.set('Cache-Control', 'no-store');
  response.vary('Cookie');
  next();
}
