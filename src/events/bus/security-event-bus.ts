import {
  Inject,
  Injectable,
  type InjectionToken,
  Logger,
  type NestMiddleware,
  Optional,
} from '@nestjs/common';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import type { RequestContext } from '../../http/request-context';
import { Overloaded } from '../../http/errors';
import { clientAddress } from '../../http/client-address';
import { Clock } from '../../options/clock';
import { isSafeMethod } from '../../http/page-request';
import type { SecurityEvent, SecurityEventName, SecurityEvents as Events } from './security-event';

const LONGEST_USER_AGENT = 255;

export type SecurityEventListener<Name extends SecurityEventName = SecurityEventName> = (
  event: SecurityEvent<Name>,
) => void | Promise<void>;

/** What the bus uses of an `EventEmitter2`. */
interface HostEmitter {
  emitAsync(name: string, event: SecurityEvent): Promise<unknown>;
}

/** @returns the class by which `EventEmitterModule` provides its emitter, or a token without a provider. */
function emitterToken(): InjectionToken {
  try {
    return (require('@nestjs/event-emitter') as typeof import('@nestjs/event-emitter')).EventEmitter2;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'MODULE_NOT_FOUND') throw error;
    return Symbol('@nestjs/event-emitter'); // an optional peer that is not installed
  }
}

/**
 * Publishes security events to its listeners, then on the application's emitter if it imports
 * `EventEmitterModule.forRoot()`. Listeners cannot make the publishing request fail.
 */
@Injectable()
export class SecurityEventBus {
  private readonly logger = new Logger(SecurityEventBus.name);
  private readonly listeners: SecurityEventListener[] = [];
  private readonly limits: (() => boolean)[] = [];

  constructor(
    private readonly clock: Clock,
    @Optional() @Inject(emitterToken()) private readonly emitter?: HostEmitter,
  ) {}

  /** Call it in a constructor, so that no event is missed. */
  on<Name extends SecurityEventName>(name: Name, listener: SecurityEventListener<Name>): void {
    this.onAny((event) => {
      if (event.name === name) return listener(event as SecurityEvent<Name>);
    });
  }

  /** Hears every event, those that the application publishes too. */
  onAny(listener: SecurityEventListener): void {
    this.listeners.push(listener);
  }

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
    for (const listener of this.listeners) void this.tell(() => listener(event), name);
    const { emitter } = this;
    if (emitter) void this.tell(() => emitter.emitAsync(name, event), name);
  }

  private async tell(hear: () => unknown, name: string): Promise<void> {
    try {
      await hear();
    } catch (error) {
      this.logger.error(`A listener of ${name} failed: ${String(error)}`, (error as Partial<Error>)?.stack);
    }
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
