import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import type { Page } from '../http/page';
import { pageOfDevices } from './device-page';
import { groupByDevice } from './group-by-device';
import { SessionEngine } from './session-engine';
import { SessionTermination } from './session-termination';
import type { SessionOwner } from './session-owner';
import { SessionService, thisDevice } from './session-service';

/** The sessions of one device as their owner sees them. `id` is public and opens nothing. */
export interface Device {
  id: string;
  current: boolean;
  ip: string | null;
  userAgent: string | null;
  createdAt: number;
  lastSeenAt: number;
}

/** Where a user is logged in, and how they end it there. */
@Injectable()
export class Devices {
  constructor(
    private readonly engine: SessionEngine,
    private readonly ends: SessionTermination,
    private readonly sessions: SessionService,
  ) {}

  /** The one used last first. */
  async list(request: Request, userId: number): Promise<Device[]> {
    const { idHash: current } = thisDevice(request);
    return groupByDevice(await this.engine.list(userId)).map((sessions) => {
      const [{ publicId, ip, userAgent, lastSeenAt }] = sessions;
      return {
        id: publicId,
        current: sessions.some(({ idHash }) => idHash === current),
        ip,
        userAgent,
        createdAt: Math.min(...sessions.map(({ createdAt }) => createdAt)),
        lastSeenAt,
      };
    });
  }

  /** A part of `list`. @throws InvalidInput on `cursor` */
  async page(
    request: Request,
    userId: number,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<Device>> {
    return pageOfDevices(await this.list(request, userId), limit, cursor);
  }

  /**
   * Ends the sessions of one device; an ID that is unknown, somebody else's, over already, or of a session that was
   * started under a later security version than the owner's changes nothing.
   */
  async revoke(request: Request, owner: SessionOwner, publicId: string): Promise<void> {
    const devices = groupByDevice(await this.engine.list(owner.id));
    const device = devices.find((sessions) => sessions.some((session) => session.publicId === publicId));
    const { idHash: current } = thisDevice(request);
    if (device?.some(({ idHash }) => idHash === current)) await this.sessions.end(request);
    else if (device) await this.ends.endDevice(device, 'revoked', request, owner.securityVersion);
  }

  /**
   * Ends all but this browser's, and those that were started under a later security version than the owner's. A browser
   * that is remembered gets another session ID and another token: whoever holds a copy of its token is not this browser.
   * @returns false when its own session has ended meanwhile.
   */
  revokeOthers(request: Request, owner: SessionOwner): Promise<boolean> {
    return this.sessions.endOthers(request, owner);
  }
}
