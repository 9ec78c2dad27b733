import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { Request } from 'express';
import { Clock } from '../config/clock';
import type { SecurityEvent, SecurityEventName, SecurityEvents as Events } from './security-event';

/** Tells whoever listens what has happened. Listeners come later and cannot fail the request that published. */
@Injectable()
export class SecurityEventBus {
  constructor(
    private readonly emitter: EventEmitter2,
    private readonly clock: Clock,
  ) {}

  /** @param request the one that made it happen, if one did. */
  publish<Name extends SecurityEventName>(name: Name, details: Events[Name], request?: Request): void {
    const source = { requestId: request?.id ?? null, ip: request?.ip ?? null };
    const event: SecurityEvent<Name> = { name, at: this.clock.now(), ...source, details };
    this.emitter.emit(name, event);
  }
}
