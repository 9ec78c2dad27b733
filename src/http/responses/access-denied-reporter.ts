import { type ArgumentsHost, Injectable } from '@nestjs/common';
import { isDenial } from '../../access/access-errors';
import { principalOf } from '../../access/principal';
import { requestOf } from '../request-context';
import { SecurityEventBus } from '../../events/bus/security-event-bus';

/**
 * Publishes an event for each denied access (ASVS 5.0: 16.3.2). It runs here instead of in the guards, so it
 * also covers an application's own guards that throw the same error.
 */
@Injectable()
export class AccessDeniedReporter {
  constructor(private readonly events: SecurityEventBus) {}

  report(error: unknown, host: ArgumentsHost): void {
    const denial = isDenial(error) ? error : (error as Error | null)?.cause; // wrapped by a transport
    if (!isDenial(denial)) return;
    const request = requestOf(host);
    const method = request?.method ?? host.getType().toUpperCase();
    // The pattern only: a path can contain a token.
    const { path } = (request?.route ?? {}) as { path?: unknown };
    const route = typeof path === 'string' ? path : null;
    const details = { userId: principalOf(host)?.id ?? null, because: denial.denied, method, route };
    this.events.publish('access.denied', details, request ?? undefined);
  }
}
