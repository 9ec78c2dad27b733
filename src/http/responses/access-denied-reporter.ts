import { type ArgumentsHost, Injectable } from '@nestjs/common';
import { isDenial } from '../../access/access-errors';
import { principalOf } from '../../access/principal-of';
import { requestOf } from '../request-of';
import { SecurityEventBus } from '../../events/bus/security-event-bus';

/**
 * Tells of each refusal of what somebody may not do (ASVS 5.0: 16.3.2). Here and not in the guards, so that those of a
 * company, which throw the same error, are told of as well.
 */
@Injectable()
export class AccessDeniedReporter {
  constructor(private readonly events: SecurityEventBus) {}

  report(error: unknown, host: ArgumentsHost): void {
    const denial = isDenial(error) ? error : (error as Error | null)?.cause; // a transport's own error carries it
    if (!isDenial(denial)) return;
    const request = requestOf(host);
    const method = request?.method ?? host.getType().toUpperCase();
    // The pattern alone: an address can hold a token.
    const { path } = (request?.route ?? {}) as { path?: unknown };
    const route = typeof path === 'string' ? path : null;
    const details = { userId: principalOf(host)?.id ?? null, because: denial.denied, method, route };
    this.events.publish('access.denied', details, request ?? undefined);
  }
}
