import { ConflictException, Injectable } from '@nestjs/common';
import { Settings } from '../config/settings';
import { type DeviceSessions, groupByDevice } from './group-by-device';
import { SessionEngine } from './session-engine';
import type { ThisDevice } from './session-ends';

export class SessionLimitReached extends ConflictException {
  constructor() {
    super('SESSION_LIMIT leaves no room for another device.');
  }
}

/** On how many devices one user may be logged in at once (SESSION_LIMIT), and which of them gives way. */
@Injectable()
export class SessionLimit {
  constructor(
    private readonly engine: SessionEngine,
    private readonly settings: Settings,
  ) {}

  /** @throws SessionLimitReached where this device would have to give way, were it to log in. */
  async check(userId: number, device: ThisDevice): Promise<void> {
    if (this.settings.sessionLimitReached === 'refuse') await this.surplus(userId, device);
  }

  /**
   * @returns the user's other devices that give way to this one, the oldest.
   * @throws SessionLimitReached where it is this one that does.
   */
  async surplus(userId: number, { idHash, familyId }: ThisDevice): Promise<DeviceSessions[]> {
    const { sessionLimit, sessionLimitReached } = this.settings;
    if (sessionLimit === 0) return [];
    const others = groupByDevice(await this.engine.list(userId))
      .filter((sessions) => sessions.every((session) => session.idHash !== idHash))
      .filter(([session]) => session.familyId === null || session.familyId !== familyId)
      .sort(([one], [other]) => other.createdAt - one.createdAt);
    const surplus = others.slice(sessionLimit - 1);
    if (surplus.length > 0 && sessionLimitReached === 'refuse') throw new SessionLimitReached();
    return surplus;
  }
}
