import { Injectable, type NestMiddleware } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import { isSafeMethod } from '../../http/page-request';
import { SecurityEventBus } from './security-event-bus';

/** Refuses state-changing requests while events cannot be recorded. Reads still work. */
@Injectable()
export class EventCapacityMiddleware implements NestMiddleware {
  constructor(private readonly events: SecurityEventBus) {}

  use({ method }: Request, _response: Response, next: NextFunction): void {
    if (!isSafeMethod(method)) this.events.requireCapacity();
    next();
  }
}
