import { Injectable } from '@nestjs/common';
import { OnEvent } from '@nestjs/event-emitter';
import { Counter, Registry } from 'prom-client';
import { isSecurityEvent } from '../bus/security-event-bus';

/** Counts events by name. Users and addresses belong only in the log. */
@Injectable()
export class SecurityEventMetrics {
  private readonly events: Counter<'event'>;

  constructor(registry: Registry) {
    this.events = new Counter({
      name: 'latchkey_security_events_total',
      help: 'Security events, by their name',
      labelNames: ['event'],
      registers: [registry],
    });
  }

  @OnEvent('**')
  count(event: unknown): void {
    if (isSecurityEvent(event)) this.events.inc({ event: event.name });
  }
}
