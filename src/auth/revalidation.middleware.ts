import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { Identification } from '../access/identification';

/**
 * Asks again who a request is from when its body took time to come. A thief could hold back the last byte of a request
 * until the session has ended, and have it act all the same. Stands behind what reads bodies.
 */
@Injectable()
export class RevalidationMiddleware implements NestMiddleware {
  constructor(private readonly identification: Identification) {}

  use(request: Request, _response: Response, next: NextFunction): void | Promise<void> {
    // A guest has nothing to lose, and what was complete when it was identified cannot have waited.
    if (!request.principal || request.isIdentifiedWhole) return next();
    return this.identification.repeat(request).then(() => next());
  }
}
