import { Injectable } from '@nestjs/common';
import { Counter, Registry } from 'prom-client';
import { SecurityEventBus } from '../bus/security-event-bus';

/** Counts events by name. Users and addresses belong only in the log. */
@Injectable()
export class SecurityEventMetrics {
  constructor(registry: Registry, bus: SecurityEventBus) {
    const events = new Counter({
      name: 'latchkey_security_events_total',
      help: 'Security events, by their name',
      labelNames: ['event'],
      registers: [registry],
    });
    bus.onAny(({ name }) => events.inc({ event: name }));
  }
}
