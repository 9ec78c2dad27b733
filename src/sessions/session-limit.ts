import { ConflictException, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { Settings } from '../options/settings';
import { type DeviceSessions, groupByDevice } from './group-by-device';
import { type ListedSession, SessionEngine } from './session-engine';
import { RememberFamilies } from './remember-families';
import { SessionTermination, type ThisDevice } from './session-termination';

/** How long a log-in may take between the moment that its row names and its look at the others, and clocks differ. */
const SAME_MOMENT_MS = 5_000;

export class SessionLimitReached extends ConflictException {
  constructor() {
    super('SESSION_LIMIT leaves no room for another device.');
  }
}

/** Without a SESSION_LIMIT too: what a user can make grow has a bound. */
const SAFETY_BOUND = 500;

/** On how many devices one user may be logged in at once (SESSION_LIMIT), and which of them gives way. */
@Injectable()
export class SessionLimit {
  constructor(
    private readonly engine: SessionEngine,
    private readonly ends: SessionTermination,
    private readonly families: RememberFamilies,
    private readonly settings: Settings,
  ) {}

  /**
   * Ends what one more session of this device is too many for, oldest first.
   * @throws SessionLimitReached as `surplus` does.
   */
  async enforce(request: Request, userId: number, device: ThisDevice): Promise<void> {
    for (const surplus of await this.surplus(userId, device))
      await this.ends.endDevice(surplus, 'evicted', request);
    const { idHash: exceptIdHash, familyId } = device;
    const { sessionLimit, sessionsPerDevice, rememberedDevices } = this.settings;
    if (familyId !== undefined) {
      // Its owner is logged in as before, so there is nothing to tell: neither to them nor, each time, to the audit log.
      const keepNewest = sessionsPerDevice - 1;
      await this.ends.end({ familyId, exceptIdHash, keepNewest }, 'rotated', request);
      for (const other of await this.families.oldestOf(userId, rememberedDevices))
        await this.ends.endFamily(other, 'evicted', request);
    }
    const keepNewest = Math.max(SAFETY_BOUND, sessionLimit) - 1;
    await this.ends.end({ userId, exceptIdHash, keepNewest }, 'evicted', request);
  }

  /** @throws SessionLimitReached where this device would have to give way, were it to log in. */
  async check(userId: number, device: ThisDevice): Promise<void> {
    if (this.settings.sessionLimitReached === 'refuse') await this.surplus(userId, device);
  }

  /**
   * @returns the user's devices that give way: the oldest, or this one where others log in at the same moment. All of
   * those choose alike, so that the newest stay.
   * @throws SessionLimitReached where it is always this one that does.
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

/** Below 0 for what is newer; what seems to be much newer is of a time when a clock was ahead, and old. */
function age({ createdAt }: ListedSession, now: number): number {
  const age = now - createdAt;
  return age < -SAME_MOMENT_MS ? Infinity : age;
}
