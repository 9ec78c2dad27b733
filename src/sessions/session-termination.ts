import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import type { DeviceSessions } from './group-by-device';
import { RememberFamilies } from './remember-families';
import {
  type EndedSession,
  type EndReason,
  type EndTarget,
  type ExpiryBatch,
  SessionEngine,
} from './session-engine';
import type { SessionOwner } from './session-owner';

/** More sessions of one user that end at once, for one reason, are one event. */
const TOLD_ONE_BY_ONE = 20;
const TOLD_AT_ONCE = 1_000;

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
export class SessionTermination {
  constructor(
    private readonly engine: SessionEngine,
    private readonly families: RememberFamilies,
    private readonly events: SecurityEventBus,
  ) {}

  /** @returns those that were live. */
  async end(target: EndTarget, reason: EndReason, request?: Request): Promise<EndedSession[]> {
    return this.publish(await this.engine.end(target, reason), request);
  }

  /** Ends all that a remembered device has started, and that it is remembered. @param upToVersion as in `EndTarget`. */
  async endFamily(
    familyId: string,
    reason: EndReason,
    request?: Request,
    upToVersion?: number,
  ): Promise<void> {
    await this.families.end(familyId, reason, upToVersion);
    await this.end({ familyId, upToVersion }, reason, request);
  }

  /** @param upToVersion as in `EndTarget`. */
  async endDevice(
    [{ familyId, idHash }]: DeviceSessions,
    reason: EndReason,
    request?: Request,
    upToVersion?: number,
  ): Promise<void> {
    if (familyId === null) await this.end({ idHash, upToVersion }, reason, request);
    else await this.endFamily(familyId, reason, request, upToVersion);
  }

  /** Ends every session of a user and forgets their devices. @returns how many sessions there were. */
  async endAllOf(userId: number, reason: EndReason): Promise<number> {
    await this.families.endAllOf(userId, reason);
    return (await this.end({ userId }, reason)).length;
  }

  /**
   * The same, but for the sessions of one browser, and for what was started under a later security version than the
   * owner's: whoever asks for it may have lost the account meanwhile, and must not end what its owner has started since.
   */
  async endOthersOf(
    { id: userId, securityVersion: upToVersion }: SessionOwner,
    device: ThisDevice,
    reason: EndReason,
    request: Request,
  ): Promise<void> {
    await this.families.endAllOf(userId, reason, device.familyId, upToVersion);
    await this.end({ userId, exceptIdHash: device.idHash, upToVersion }, reason, request);
  }

  async expire(batch: ExpiryBatch): Promise<EndedSession[]> {
    return this.publish(await this.engine.expire(batch));
  }

  /** Those of these sessions that are over, as long as it is known. What has run out by now ends here. */
  async find(idHashes: string[]): Promise<EndedSession[]> {
    await this.expire({ idHashes });
    return this.engine.ended(idHashes);
  }

  /** @returns true to the one caller who is to tell the user why this session ended. */
  markNotified(idHash: string): Promise<boolean> {
    return this.engine.markNotified(idHash);
  }

  private publish(sessions: EndedSession[], request?: Request): EndedSession[] {
    const told = sessions.filter(({ reason }) => reason !== 'rotated'); // which goes on
    for (const alike of groupsOf(told, ({ userId, reason }) => `${userId} ${reason}`)) {
      if (alike.length > TOLD_ONE_BY_ONE) this.publishMany(alike, request);
      else for (const session of alike) this.publishOne(session, request);
    }
    return sessions;
  }

  private publishOne({ idHash: sessionIdHash, publicId, userId, reason }: EndedSession, request?: Request) {
    this.events.publish('session.ended', { userId, sessionIdHash, publicId, reason }, request);
  }

  private publishMany(sessions: EndedSession[], request?: Request): void {
    const [{ userId, reason }] = sessions;
    for (let from = 0; from < sessions.length; from += TOLD_AT_ONCE) {
      const sessionIdHashes = sessions.slice(from, from + TOLD_AT_ONCE).map(({ idHash }) => idHash);
      const details = { userId, reason, count: sessionIdHashes.length, sessionIdHashes };
      this.events.publish('session.manyEnded', details, request);
    }
  }
}

function groupsOf<T>(items: T[], keyOf: (item: T) => string): T[][] {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return [...groups.values()];
}
