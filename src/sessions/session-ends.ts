import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SecurityEventBus } from '../security-events/security-event-bus';
import type { DeviceSessions } from './group-by-device';
import { RememberFamilies } from './remember-families';
import {
  type EndedSession,
  type EndReason,
  type EndTarget,
  type ExpiryBatch,
  SessionEngine,
} from './session-engine';

/** A browser by what its sessions have in common. */
export interface ThisDevice {
  idHash: string;
  familyId?: string;
}

/**
 * The one way in which sessions end, and what is known of the end: durable first, then told to whoever listens. Where a
 * request ends them it is given along, to be named in the event.
 */
@Injectable()
export class SessionEnds {
  constructor(
    private readonly engine: SessionEngine,
    private readonly families: RememberFamilies,
    private readonly events: SecurityEventBus,
  ) {}

  /** @returns those that were live. */
  async end(target: EndTarget, reason: EndReason, request?: Request): Promise<EndedSession[]> {
    return this.publish(await this.engine.end(target, reason), request);
  }

  /** Ends all that a remembered device has started, and that it is remembered. */
  async endFamily(familyId: string, reason: EndReason, request?: Request): Promise<void> {
    await this.families.end(familyId, reason);
    await this.end({ familyId }, reason, request);
  }

  async endDevice(
    [{ familyId, idHash }]: DeviceSessions,
    reason: EndReason,
    request?: Request,
  ): Promise<void> {
    if (familyId === null) await this.end({ idHash }, reason, request);
    else await this.endFamily(familyId, reason, request);
  }

  /** Ends every session of a user and forgets their devices. @returns how many sessions there were. */
  async endAllOf(userId: number, reason: EndReason): Promise<number> {
    await this.families.endAllOf(userId, reason);
    return (await this.end({ userId }, reason)).length;
  }

  /** The same, but for the sessions of one browser. */
  async endOthersOf(userId: number, device: ThisDevice, reason: EndReason, request: Request): Promise<void> {
    await this.families.endAllOf(userId, reason, device.familyId);
    await this.end({ userId, exceptIdHash: device.idHash }, reason, request);
  }

  async expire(batch: ExpiryBatch): Promise<EndedSession[]> {
    return this.publish(await this.engine.expire(batch));
  }

  /** Those of these sessions that are over, as long as it is known. What has run out by now ends here. */
  async among(idHashes: string[]): Promise<EndedSession[]> {
    await this.expire({ idHashes });
    return this.engine.ended(idHashes);
  }

  /** @returns true to the one caller who is to tell the user why this session ended. */
  tell(idHash: string): Promise<boolean> {
    return this.engine.tell(idHash);
  }

  private publish(sessions: EndedSession[], request?: Request): EndedSession[] {
    for (const { idHash: sessionIdHash, publicId, userId, reason } of sessions) {
      if (reason === 'rotated') continue; // it goes on
      this.events.publish('session.ended', { userId, sessionIdHash, publicId, reason }, request);
    }
    return sessions;
  }
}
