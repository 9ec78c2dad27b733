import { Injectable } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { AllowedOrigins } from '../../access/allowed-origins';
import { TOKEN_HEADER } from '../../access/same-origin.middleware';
import { KEY_HEADER } from '../../access/submissions/submission-errors';
import { Settings } from '../../options/settings';
import { SESSION_ID_HEADER } from '../../sessions/bearer-sessions';
import { routesAt } from '../routes-at';

/** What the API reads. */
const REQUEST_HEADERS = ['Content-Type', TOKEN_HEADER, KEY_HEADER];
/** What its clients read. */
const RESPONSE_HEADERS = ['Content-Disposition', 'Location', 'Retry-After', TOKEN_HEADER, 'X-Request-Id'];
/** For what Nest does not know, such as GraphQL. */
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE'];
/** In seconds. */
const PREFLIGHT_MAX_AGE = 600;

/** CORS for the origins of `ORIGINS`. Without any, it changes nothing. */
@Injectable()
export class Cors {
  private readonly requestHeaders: string;
  private readonly responseHeaders: string;

  constructor(
    private readonly origins: AllowedOrigins,
    { bearer }: Settings,
  ) {
    this.requestHeaders = [...REQUEST_HEADERS, ...(bearer ? ['Authorization'] : [])].join(', ');
    this.responseHeaders = [...RESPONSE_HEADERS, ...(bearer ? [SESSION_ID_HEADER] : [])].join(', ');
  }

  /** Runs before anything can fail: a browser hides a response without these headers from the script. */
  readonly answer = (request: Request, response: Response, next: NextFunction): void => {
    if (!this.origins.areGiven) return next();
    response.vary('Origin');
    const isAdmitted = this.origins.admit(request);
    if (isAdmitted) this.allow(request, response);
    // The application's own enableCors() may not answer for Latchkey's routes.
    if (isPreflight(request) && (isAdmitted || isLatchkeys(request))) response.status(204).end();
    else next();
  };

  /** Runs again after the application's own enableCors(), which may have widened what `answer` said. */
  readonly correct = (request: Request, response: Response, next: NextFunction): void => {
    if (!this.origins.areGiven || request.headers.origin === undefined) return next();
    if (this.origins.admit(request)) this.allow(request, response);
    else if (this.origins.areOriginOf(request) || isLatchkeys(request)) {
      response.removeHeader('Access-Control-Allow-Origin');
      response.removeHeader('Access-Control-Allow-Credentials');
    }
    next();
  };

  private allow(request: Request, response: Response): void {
    response.set({
      'Access-Control-Allow-Origin': request.headers.origin,
      'Access-Control-Allow-Credentials': 'true',
      'Access-Control-Expose-Headers': this.responseHeaders,
    });
    if (!isPreflight(request)) return;
    const methods = routesAt(request).flatMap((route) => route.methods);
    response.set({
      'Access-Control-Allow-Methods': [...new Set(methods.length > 0 ? methods : METHODS)].join(', '),
      'Access-Control-Allow-Headers': this.requestHeaders,
      'Access-Control-Max-Age': String(PREFLIGHT_MAX_AGE),
    });
  }
}

const isLatchkeys = (request: Request): boolean => routesAt(request).some((route) => route.isLatchkeys);

const isPreflight = ({ method, headers }: Request): boolean =>
  method === 'OPTIONS' &&
  headers.origin !== undefined &&
  headers['access-control-request-method'] !== undefined;
