import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { RememberFamilies } from './remember-families';
import {
  type EndedSession,
  type EndReason,
  type EndTarget,
  type ExpiryBatch,
  type ListedSession,
  SessionEngine,
  type SessionOwner,
} from './session-engine';

/** Beyond this number, sessions of one user that end together for one reason share an event. */
const MOST_SINGLE_EVENTS = 20;
const SESSIONS_PER_EVENT = 1_000;

/** A browser, identified by its session and its remembered device. */
export interface ThisDevice {
  idHash: string;
  familyId?: string;
}

/**
 * Ends sessions, durably before it publishes the events. All ends go through here. The event names the
 * request, if one caused the end.
 */
@Injectable()
export class SessionTermination {
  constructor(
    private readonly engine: SessionEngine,
    private readonly families: RememberFamilies,
    private readonly events: SecurityEventBus,
  ) {}

  /** @returns those that were live. */
  async end(target: EndTarget, reason: EndReason, request?: RequestContext): Promise<EndedSession[]> {
    return this.publish(await this.engine.end(target, reason), request);
  }

  /** Ends a remembered device and all its sessions. @param upToVersion as in `EndTarget`. */
  async endFamily(
    familyId: string,
    reason: EndReason,
    request?: RequestContext,
    upToVersion?: number,
  ): Promise<void> {
    await this.families.end(familyId, reason, upToVersion);
    await this.end({ familyId, upToVersion }, reason, request);
  }

  /** @param upToVersion as in `EndTarget`. */
  async endDevice(
    [{ familyId, idHash }]: DeviceSessions,
    reason: EndReason,
    request?: RequestContext,
    upToVersion?: number,
  ): Promise<void> {
    if (familyId === null) await this.end({ idHash, upToVersion }, reason, request);
    else await this.endFamily(familyId, reason, request, upToVersion);
  }

  /** Ends every session and remembered device of a user. @returns the number of sessions. */
  async endAllOf(userId: number, reason: EndReason): Promise<number> {
    await this.families.endAllOf(userId, reason);
    return (await this.end({ userId }, reason)).length;
  }

  /**
   * Like `endAllOf`, but spares one browser, and everything that started under a later security version than
   * the owner's: an attacker who has lost the account meanwhile must not end the owner's newer sessions.
   */
  async endOthersOf(
    { id: userId, securityVersion: upToVersion }: SessionOwner,
    device: ThisDevice,
    reason: EndReason,
    request: RequestContext,
  ): Promise<void> {
    await this.families.endAllOf(userId, reason, device.familyId, upToVersion);
    await this.end({ userId, exceptIdHash: device.idHash, upToVersion }, reason, request);
  }

  async expire(batch: ExpiryBatch): Promise<EndedSession[]> {
    return this.publish(await this.engine.expire(batch));
  }

  /** Which of these sessions have ended, as long as the engine remembers them. Ends expired ones first. */
  async find(idHashes: string[]): Promise<EndedSession[]> {
    await this.expire({ idHashes });
    return this.engine.ended(idHashes);
  }

  /** @returns true to the one caller that must notify the user of the end. */
  markNotified(idHash: string): Promise<boolean> {
    return this.engine.markNotified(idHash);
  }

  private publish(sessions: EndedSession[], request?: RequestContext): EndedSession[] {
    const announced = sessions.filter(({ reason }) => reason !== 'rotated'); // a rotated session continues
    for (const alike of groupsOf(announced, ({ userId, reason }) => `${userId} ${reason}`)) {
      if (alike.length > MOST_SINGLE_EVENTS) this.publishMany(alike, request);
      else for (const session of alike) this.publishOne(session, request);
    }
    return sessions;
  }

  private publishOne(
    { idHash: sessionIdHash, publicId, userId, reason }: EndedSession,
    request?: RequestContext,
  ) {
    this.events.publish('session.ended', { userId, sessionIdHash, publicId, reason }, request);
  }

  private publishMany(sessions: EndedSession[], request?: RequestContext): void {
    const [{ userId, reason }] = sessions;
    for (let from = 0; from < sessions.length; from += SESSIONS_PER_EVENT) {
      const sessionIdHashes = sessions.slice(from, from + SESSIONS_PER_EVENT).map(({ idHash }) => idHash);
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

/** The live sessions of one device, most recently used first. */
export type DeviceSessions = [ListedSession, ...ListedSession[]];

/**
 * A remembered device can have several sessions: tabs that a browser restores together may each start one.
 */
export function groupByDevice(sessions: ListedSession[]): DeviceSessions[] {
  const devices = new Map<string, DeviceSessions>();
  for (const session of sessions) {
    const key = session.familyId ?? session.idHash;
    const device = devices.get(key);
    if (device) device.push(session);
    else devices.set(key, [session]);
  }
  return [...devices.values()];
}
