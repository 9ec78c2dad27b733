import { Injectable, type NestMiddleware } from '@nestjs/common';
import { EventEmitter2 } from '@nestjs/event-emitter';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import type { RequestContext } from '../../http/request-context';
import { Overloaded } from '../../http/errors';
import { clientAddress } from '../../http/client-address';
import { Clock } from '../../options/clock';
import { isSafeMethod } from '../../http/page-request';
import type { SecurityEvent, SecurityEventName, SecurityEvents as Events } from './security-event';

const LONGEST_USER_AGENT = 255;

/** Publishes security events. Listeners cannot make the publishing request fail. */
@Injectable()
export class SecurityEventBus {
  private readonly limits: (() => boolean)[] = [];

  constructor(
    private readonly emitter: EventEmitter2,
    private readonly clock: Clock,
  ) {}

  /** @param hasRoom false while a listener that must not lose events is full. */
  limitTo(hasRoom: () => boolean): void {
    this.limits.push(hasRoom);
  }

  get hasRoom(): boolean {
    return this.limits.every((hasRoom) => hasRoom());
  }

  /**
   * Call it before any action that must be recorded: without a record, the action must not happen.
   * @throws Overloaded
   */
  requireCapacity(): void {
    if (!this.hasRoom) throw new Overloaded(1);
  }

  /** @param request the cause, if a request caused it. */
  publish<Name extends SecurityEventName>(name: Name, details: Events[Name], request?: RequestContext): void {
    const event: SecurityEvent<Name> = { name, at: this.clock.now(), ...circumstances(request), details };
    this.emitter.emit(name, event);
  }
}

/** @param request may lack its session or not be identified yet. */
function circumstances(request?: Partial<RequestContext>) {
  const { principal, sessionID } = request ?? {};
  return {
    actorId: principal?.id ?? null,
    sessionIdHash: principal && sessionID !== undefined ? hashOfSessionId(sessionID) : null,
    requestId: request?.id ?? null,
    ip: request ? clientAddress(request) : null,
    userAgent: request?.headers?.['user-agent']?.slice(0, LONGEST_USER_AGENT) ?? null,
  };
}

/** Refuses state-changing requests while events cannot be recorded. Reads still work. */
@Injectable()
export class EventCapacityMiddleware implements NestMiddleware {
  constructor(private readonly events: SecurityEventBus) {}

  use({ method }: RequestContext, _response: unknown, next: () => void): void {
    if (!isSafeMethod(method)) this.events.requireCapacity();
    next();
  }
}

/** For wildcard listeners: the emitter may also emit an application's own events. */
export function isSecurityEvent(heard: unknown): heard is SecurityEvent {
  const { name, at, details } = (heard ?? {}) as Record<string, unknown>;
  return typeof name === 'string' && Number.isInteger(at) && typeof details === 'object' && details !== null;
}
