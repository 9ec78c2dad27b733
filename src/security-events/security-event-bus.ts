import { Injectable } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import type { Request } from 'express';
import { hashOfSessionId } from '../common/hash-of-session-id';
import { Clock } from '../config/clock';
import type { SecurityEvent, SecurityEventName, SecurityEvents as Events } from './security-event';

const LONGEST_USER_AGENT = 255;

/** Tells whoever listens what has happened. Listeners come later and cannot fail the request that published. */
@Injectable()
export class SecurityEventBus {
  constructor(
    private readonly emitter: EventEmitter2,
    private readonly clock: Clock,
  ) {}

  /** @param request the one that made it happen, if one did. */
  publish<Name extends SecurityEventName>(name: Name, details: Events[Name], request?: Request): void {
    const event: SecurityEvent<Name> = { name, at: this.clock.now(), ...circumstances(request), details };
    this.emitter.emit(name, event);
  }
}

/** @param request may be one whose session has been taken away, or that nobody has looked at yet. */
function circumstances(request?: Partial<Request>) {
  const { principal, sessionID } = request ?? {};
  return {
    actorId: principal?.id ?? null,
    sessionIdHash: principal && sessionID !== undefined ? hashOfSessionId(sessionID) : null,
    requestId: request?.id ?? null,
    ip: request?.ip ?? null,
    userAgent: request?.headers?.['user-agent']?.slice(0, LONGEST_USER_AGENT) ?? null,
  };
}
