import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import type { Page } from '../http/page';
import { InvalidInput } from '../http/errors';
import { SessionEngine, type SessionOwner } from './session-engine';
import { groupByDevice, SessionTermination } from './session-termination';
import { SessionService, thisDevice } from './session-service';

/** A cursor by last use, not an offset: devices come, go and change places between two pages. */
interface Position {
  lastSeenAt: number;
  id: string;
}

/**
 * @param devices in any order; the page lists the most recently used first.
 * @param cursor `nextCursor` of another page.
 * @throws InvalidInput on `cursor`
 */
function pageOfDevices<T extends Position>(devices: T[], limit: number, cursor: string | undefined): Page<T> {
  const after = cursor === undefined ? undefined : positionOf(cursor);
  const rest = devices.filter((device) => after === undefined || order(after, device) < 0).sort(order);
  const items = rest.slice(0, limit);
  const last = rest.length > limit ? items.at(-1) : undefined;
  return { items, nextCursor: last ? cursorOf(last) : null };
}

const order = (one: Position, other: Position): number =>
  other.lastSeenAt - one.lastSeenAt || (one.id < other.id ? -1 : one.id > other.id ? 1 : 0);

const cursorOf = ({ lastSeenAt, id }: Position): string =>
  Buffer.from(`${lastSeenAt}.${id}`).toString('base64url');

function positionOf(cursor: string): Position {
  const [, lastSeenAt, id] =
    /^(\d{1,16})\.([\w-]{1,64})$/.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (lastSeenAt === undefined || id === undefined)
    throw new InvalidInput({ cursor: ['Use the nextCursor of another page.'] });
  return { lastSeenAt: Number(lastSeenAt), id };
}

/** The sessions of one device as their user sees them. `id` is public and does not log in. */
export interface Device {
  id: string;
  current: boolean;
  ip: string | null;
  userAgent: string | null;
  createdAt: number;
  lastSeenAt: number;
}

/** Lists the devices on which a user is logged in, and logs them out. */
@Injectable()
export class Devices {
  constructor(
    private readonly engine: SessionEngine,
    private readonly ends: SessionTermination,
    private readonly sessions: SessionService,
  ) {}

  /** Most recently used first. */
  async list(request: RequestContext, userId: number): Promise<Device[]> {
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

  /** One page of `list`. @throws InvalidInput on `cursor` */
  async page(
    request: RequestContext,
    userId: number,
    { limit, cursor }: { limit: number; cursor?: string },
  ): Promise<Page<Device>> {
    return pageOfDevices(await this.list(request, userId), limit, cursor);
  }

  /**
   * Revokes the sessions of one device. Does nothing if the ID is unknown or belongs to another user, if the
   * sessions have ended, or if they started under a later security version than the owner's.
   */
  async revoke(request: RequestContext, owner: SessionOwner, publicId: string): Promise<void> {
    const devices = groupByDevice(await this.engine.list(owner.id));
    const device = devices.find((sessions) => sessions.some((session) => session.publicId === publicId));
    const { idHash: current } = thisDevice(request);
    if (device?.some(({ idHash }) => idHash === current)) await this.sessions.end(request);
    else if (device) await this.ends.endDevice(device, 'revoked', request, owner.securityVersion);
  }

  /**
   * Revokes all other sessions of this user, except those that started under a later security version than
   * the owner's. A remembered browser gets a new session ID and a new token, because an attacker may hold its
   * old one.
   * @returns false if this browser's own session has ended meanwhile.
   */
  revokeOthers(request: RequestContext, owner: SessionOwner): Promise<boolean> {
    return this.sessions.endOthers(request, owner);
  }
}
