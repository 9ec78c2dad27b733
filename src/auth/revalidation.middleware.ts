import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Identification } from '../access/principal';

/**
 * Identifies a request again if its body arrived slowly. Otherwise a session thief could hold back the last
 * byte until the session has ended and still act. Register it after the body parsers.
 */
@Injectable()
export class RevalidationMiddleware implements NestMiddleware {
  constructor(private readonly identification: Identification) {}

  use(request: Request, _response: Response, next: NextFunction): void | Promise<void> {
    // Guests have no session to lose. A request that was complete at identification did not wait.
    if (!request.principal || request.arrivedBeforeSession) return next();
    return this.identification.repeat(request).then(() => next());
  }
}
