import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SecurityEventBus } from '../security-events/security-event-bus';
import {
  type EndedSession,
  type EndReason,
  type EndTarget,
  type ExpiryBatch,
  SessionEngine,
} from './session-engine';

/** The one way in which sessions end: in the engine first, then told to whoever listens. */
@Injectable()
export class SessionEnds {
  constructor(
    private readonly engine: SessionEngine,
    private readonly events: SecurityEventBus,
  ) {}

  /** @param request the one that ends them, if one does. @returns those that were live. */
  async end(target: EndTarget, reason: EndReason, request?: Request): Promise<EndedSession[]> {
    return this.publish(await this.engine.end(target, reason), request);
  }

  async expire(batch: ExpiryBatch): Promise<EndedSession[]> {
    return this.publish(await this.engine.expire(batch));
  }

  private publish(sessions: EndedSession[], request?: Request): EndedSession[] {
    for (const { idHash: sessionIdHash, publicId, userId, reason } of sessions) {
      if (reason === 'rotated') continue; // it goes on
      this.events.publish('session.ended', { userId, sessionIdHash, publicId, reason }, request);
    }
    return sessions;
  }
}
