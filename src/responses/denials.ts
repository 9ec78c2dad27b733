import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { isDenial } from '../access/access-errors';
import { SecurityEventBus } from '../security-events/security-event-bus';

/**
 * Tells of each refusal of what somebody may not do (ASVS 5.0: 16.3.2). Here and not in the guards, so that those of a
 * company, which throw the same error, are told of as well.
 */
@Injectable()
export class Denials {
  constructor(private readonly events: SecurityEventBus) {}

  tell(error: unknown, request: Request): void {
    if (!isDenial(error)) return;
    const { principal, method } = request;
    // The pattern alone: an address can hold a token.
    const { path } = (request.route ?? {}) as { path?: unknown };
    const route = typeof path === 'string' ? path : null;
    const details = { userId: principal?.id ?? null, because: error.denied, method, route };
    this.events.publish('access.denied', details, request);
  }
}
