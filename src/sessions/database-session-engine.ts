import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { type EntityManager, In, IsNull, LessThan, MoreThan, type Repository } from 'typeorm';
import { Clock } from '../config/clock';
import { Settings } from '../config/settings';
import { Database } from '../database/database';
import { mergeValues } from './merge-values';
import {
  type EndReason,
  type EndTarget,
  type ListedSession,
  type LoadedSession,
  type Origin,
  SessionEngine,
  type SessionValues,
} from './session-engine';
import { columnsOf, parseValues, whereOf } from './session-row';
import { SessionEntity } from './session.entity';

const LIVE = { endedAt: IsNull() };
const NOWHERE: Origin = { ip: null, userAgent: null };
const LONGEST_USER_AGENT = 255;
/** A session that is over is kept this long for its user to read why. */
const KEPT_TO_TELL_WHY = 86_400_000;

/** Sessions as rows of SQLite or PostgreSQL, the authority for whether a session exists. */
@Injectable()
export class DatabaseSessionEngine extends SessionEngine {
  private readonly logger = new Logger(DatabaseSessionEngine.name);

  constructor(
    @InjectRepository(SessionEntity) private readonly rows: Repository<SessionEntity>,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    super();
  }

  async load(idHash: string): Promise<LoadedSession | null> {
    const row = await this.rows.findOneBy({ idHash, ...LIVE, idleExpiresAt: MoreThan(this.clock.now()) });
    return row && this.loaded(row);
  }

  async create(idHash: string, values: SessionValues, origin: Origin = NOWHERE): Promise<LoadedSession> {
    const now = this.clock.now();
    const absoluteExpiresAt = now + this.settings.sessionAbsoluteTimeout;
    await this.database.write((manager) =>
      manager.insert(SessionEntity, {
        idHash,
        publicId: randomBytes(16).toString('base64url'),
        ...columnsOf(values),
        ip: origin.ip,
        userAgent: origin.userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
        version: 1,
        createdAt: now,
        lastSeenAt: now,
        idleExpiresAt: Math.min(now + this.settings.sessionIdleTimeout, absoluteExpiresAt),
        absoluteExpiresAt,
      }),
    );
    return { idHash, values, version: 1, lastSeenAt: now };
  }

  async commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    const version = base.version + 1;
    const { affected } = await this.database.write((manager) =>
      manager.update(
        SessionEntity,
        { idHash: base.idHash, version: base.version, ...LIVE },
        { ...columnsOf(values), version },
      ),
    );
    return affected === 1 ? { ...base, values, version } : this.mergeAndCommit(base, values);
  }

  /** Another request was faster: merges under a lock of the row. */
  private mergeAndCommit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    return this.database.transaction(async (manager) => {
      const row = await lockedRow(manager, base.idHash);
      const stored = row && this.loaded(row);
      if (!stored) return null;
      const merged = mergeValues(base.values, values, stored.values);
      const version = stored.version + 1;
      await manager.update(SessionEntity, { idHash: base.idHash }, { ...columnsOf(merged), version });
      return { ...stored, values: merged, version };
    });
  }

  async slide(idHash: string): Promise<void> {
    const now = this.clock.now();
    const idleExpiresAt = now + this.settings.sessionIdleTimeout;
    await this.database.write((manager) =>
      manager
        .createQueryBuilder()
        .update(SessionEntity)
        .set({
          lastSeenAt: now,
          idleExpiresAt: () =>
            'CASE WHEN absolute_expires_at < :idle THEN absolute_expires_at ELSE :idle END',
        })
        .where('id_hash = :idHash AND ended_at IS NULL AND idle_expires_at > :now')
        .setParameters({ idHash, now, idle: idleExpiresAt })
        .execute(),
    );
  }

  async end(target: EndTarget, reason: EndReason): Promise<number> {
    const { affected } = await this.database.write((manager) =>
      manager.update(
        SessionEntity,
        { ...whereOf(target), ...LIVE },
        { endedAt: this.clock.now(), endReason: reason },
      ),
    );
    return affected ?? 0;
  }

  async endReason(idHash: string): Promise<EndReason | null> {
    const row = await this.rows.findOneBy({ idHash });
    if (!row) return null;
    const now = this.clock.now();
    if (row.endedAt !== null) return row.endReason;
    if (row.absoluteExpiresAt <= now) return 'absolute';
    return row.idleExpiresAt <= now ? 'idle' : null;
  }

  async forget(idHash: string): Promise<boolean> {
    const { affected } = await this.database.write((manager) => manager.delete(SessionEntity, { idHash }));
    return affected === 1;
  }

  async list(userId: number): Promise<ListedSession[]> {
    const rows = await this.rows.find({
      where: { userId, ...LIVE, idleExpiresAt: MoreThan(this.clock.now()) },
      order: { lastSeenAt: 'DESC', createdAt: 'DESC' },
    });
    return rows.map(({ publicId, familyId, idHash, ip, userAgent, createdAt, lastSeenAt }) => ({
      publicId,
      familyId,
      idHash,
      ip,
      userAgent,
      createdAt,
      lastSeenAt,
    }));
  }

  async purge(limit: number): Promise<number> {
    const hasExpired = { idleExpiresAt: LessThan(this.clock.now() - KEPT_TO_TELL_WHY) };
    const expired = await this.rows.find({ select: { idHash: true }, where: hasExpired, take: limit });
    if (expired.length === 0) return 0;
    // Asked again while deleting: another instance may have moved a time-out since.
    await this.database.write((manager) =>
      manager.delete(SessionEntity, { idHash: In(expired.map(({ idHash }) => idHash)), ...hasExpired }),
    );
    return expired.length;
  }

  /** A row that does not hold what we write is nobody's session: a visitor is a guest then, not an error. */
  private loaded(row: SessionEntity): LoadedSession | null {
    const values = parseValues(row.data);
    if (!values) this.logger.warn('A session row holds no readable data; it counts as no session');
    return values && { idHash: row.idHash, values, version: row.version, lastSeenAt: row.lastSeenAt };
  }
}

function lockedRow(manager: EntityManager, idHash: string): Promise<SessionEntity | null> {
  // SQLite's transaction holds the lock of the whole database already, and knows no other.
  const lock =
    manager.connection.options.type === 'sqlite' ? undefined : { mode: 'pessimistic_write' as const };
  return manager.findOne(SessionEntity, { where: { idHash, ...LIVE }, lock });
}
