import { ConflictException, Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { Settings } from '../options/settings';
import { type ListedSession, SessionEngine } from './session-engine';
import { RememberFamilies } from './remember-families';
import {
  type DeviceSessions,
  groupByDevice,
  SessionTermination,
  type ThisDevice,
} from './session-termination';

/** Tolerance for the time between storing a session and listing the others, and for clock differences. */
const SAME_MOMENT_MS = 5_000;

export class SessionLimitReached extends ConflictException {
  constructor() {
    super('SESSION_LIMIT leaves no room for another device.');
  }
}

/** Applies without a SESSION_LIMIT too, so one user cannot fill the store. */
const SAFETY_BOUND = 500;

/** Limits on how many devices one user may be logged in at once (SESSION_LIMIT). */
@Injectable()
export class SessionLimit {
  constructor(
    private readonly engine: SessionEngine,
    private readonly ends: SessionTermination,
    private readonly families: RememberFamilies,
    private readonly settings: Settings,
  ) {}

  /**
   * Ends the oldest sessions beyond the limits.
   * @throws SessionLimitReached as `surplus` does.
   */
  async enforce(request: RequestContext, userId: number, device: ThisDevice): Promise<void> {
    for (const surplus of await this.surplus(userId, device))
      await this.ends.endDevice(surplus, 'evicted', request);
    const { idHash: exceptIdHash, familyId } = device;
    const { sessionLimit, sessionsPerDevice, rememberedDevices } = this.settings;
    if (familyId !== undefined) {
      // The owner stays logged in, so there is nothing to report to them or to the audit log.
      const keepNewest = sessionsPerDevice - 1;
      await this.ends.end({ familyId, exceptIdHash, keepNewest }, 'rotated', request);
      for (const other of await this.families.oldestOf(userId, rememberedDevices))
        await this.ends.endFamily(other, 'evicted', request);
    }
    const keepNewest = Math.max(SAFETY_BOUND, sessionLimit) - 1;
    await this.ends.end({ userId, exceptIdHash, keepNewest }, 'evicted', request);
  }

  /** @throws SessionLimitReached if the policy is to refuse and this device is one too many. */
  async check(userId: number, device: ThisDevice): Promise<void> {
    if (this.settings.sessionLimitReached === 'refuse') await this.surplus(userId, device);
  }

  /**
   * @returns the devices to log out: the oldest, or this one if newer ones log in at the same moment.
   * Concurrent log-ins all choose the same ones.
   * @throws SessionLimitReached if the policy is to refuse and this device is one too many.
   */
  private async surplus(userId: number, device: ThisDevice): Promise<DeviceSessions[]> {
    const { sessionLimit, sessionLimitReached } = this.settings;
    if (sessionLimit === 0) return [];
    const devices = groupByDevice(await this.engine.list(userId));
    const mine = devices.find((sessions) => isOf(device, sessions));
    const others = devices.filter((sessions) => !isOf(device, sessions));
    if (sessionLimitReached === 'refuse') {
      if (others.length >= sessionLimit) throw new SessionLimitReached();
      return [];
    }
    if (!mine) return []; // it has ended meanwhile
    const [{ createdAt: now }] = mine;
    return [mine, ...others]
      .sort(([one], [other]) => age(one, now) - age(other, now) || (one.idHash < other.idHash ? -1 : 1))
      .slice(sessionLimit);
  }
}

const isOf = ({ idHash, familyId }: ThisDevice, sessions: DeviceSessions): boolean =>
  sessions.some((one) => one.idHash === idHash || (one.familyId !== null && one.familyId === familyId));

/**
 * Negative if newer. A session that looks much newer comes from a clock that was ahead, so it counts as old.
 */
function age({ createdAt }: ListedSession, now: number): number {
  const age = now - createdAt;
  return age < -SAME_MOMENT_MS ? Infinity : age;
}
