import { randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import {
  type EntityManager,
  type FindOptionsWhere,
  In,
  IsNull,
  LessThan,
  LessThanOrEqual,
  MoreThan,
  Not,
  type Repository,
} from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { Clock } from '../../options/clock';
import { Settings } from '../../options/settings';
import { UserModel } from '../../options/user-model';
import { Database } from '../../database/database';
import { updateReturning } from '../../database/returning';
import { mergeValues } from '../merge-values';
import {
  type EndedSession,
  type EndReason,
  type EndTarget,
  type ExpiryBatch,
  type ListedSession,
  type LoadedSession,
  SessionEngine,
  type SessionValues,
} from '../session-engine';
import { listedSessions } from './listed-sessions';
import {
  asEnded,
  columnsOf,
  ENDED_SESSION_RETENTION_MS,
  expiryReason,
  isExpired,
  matchesSecurityVersion,
  newLife,
  parseValues,
  UNKNOWN_ORIGIN,
  whereOf,
} from './session-row';
import { SessionEntity } from './session.entity';
import { SessionReader, type SessionWithAccount } from './session-reader';
import { TouchBuffer } from './touch-buffer';

type Where = FindOptionsWhere<SessionEntity>;

const LIVE = { endedAt: IsNull() };
const AS_IT_EXPIRED = () => 'idle_expires_at';
const LONGEST_USER_AGENT = 255;
/** Keeps transactions short and statements below the database's limit of parameters. */
const ENDED_AT_ONCE = 1_000;

/** Ends one session. The same reasons as `expiryReason`. */
const END_ONE = `UPDATE sessions SET ended_at = $1, end_reason = CASE WHEN idle_expires_at > $1 THEN $2
    WHEN idle_expires_at < absolute_expires_at THEN 'idle' ELSE 'absolute' END
  WHERE id_hash = $3 AND ended_at IS NULL
  RETURNING public_id AS "publicId", family_id AS "familyId", user_id AS "userId", end_reason AS "reason"`;

/** Stores sessions as rows in SQLite or PostgreSQL. The row decides whether a session exists. */
@Injectable()
export class DatabaseSessionEngine extends SessionEngine {
  private readonly logger = new Logger(DatabaseSessionEngine.name);
  private readonly reader: SessionReader;
  private readonly touches: TouchBuffer;

  constructor(
    @InjectRepository(SessionEntity, LATCHKEY_DATA_SOURCE) private readonly rows: Repository<SessionEntity>,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly clock: Clock,
    { entity }: UserModel,
  ) {
    super();
    this.reader = new SessionReader(rows, entity);
    this.touches = new TouchBuffer(database, settings, clock);
  }

  async load(idHash: string): Promise<LoadedSession | null> {
    const found = await this.reader.read(idHash);
    if (!found || found.session.endedAt !== null || isExpired(found.session, this.clock.now())) return null;
    return this.loaded(found);
  }

  async create(idHash: string, values: SessionValues, origin = UNKNOWN_ORIGIN): Promise<LoadedSession> {
    const life = newLife(this.settings, this.clock.now());
    const row = {
      idHash,
      publicId: randomBytes(16).toString('base64url'),
      ...columnsOf(values, this.settings.sessionMaxSize),
      ip: origin.ip,
      userAgent: origin.userAgent?.slice(0, LONGEST_USER_AGENT) ?? null,
      version: 1,
      ...life,
    };
    await this.database.write((manager) => manager.insert(SessionEntity, row));
    return { idHash, values, version: 1, lastSeenAt: life.lastSeenAt, expiresAt: life.idleExpiresAt };
  }

  async commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    const version = base.version + 1;
    const columns = columnsOf(values, this.settings.sessionMaxSize);
    const { affected } = await this.database.write((manager) =>
      manager.update(
        SessionEntity,
        { idHash: base.idHash, version: base.version, ...LIVE, idleExpiresAt: MoreThan(this.clock.now()) },
        { ...columns, version },
      ),
    );
    return affected === 1 ? { ...base, values, version } : this.mergeAndCommit(base, values);
  }

  /** Another request committed first: merge under a row lock. */
  private mergeAndCommit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    return this.database.transaction(async (manager) => {
      const [row] = await lockedRows(manager, { idHash: base.idHash, ...LIVE }, 1);
      const stored =
        row && !isExpired(row, this.clock.now()) && this.loaded({ session: row, account: undefined });
      if (!stored) return null;
      const merged = mergeValues(base.values, values, stored.values);
      const version = stored.version + 1;
      const columns = columnsOf(merged, this.settings.sessionMaxSize);
      await manager.update(SessionEntity, { idHash: base.idHash }, { ...columns, version });
      return { ...stored, account: base.account, values: merged, version };
    });
  }

  /** Invalidates the cached session in every process after its values have changed in another store. */
  async invalidate(idHash: string): Promise<void> {
    await this.database.invalidate(`session:${idHash}`);
  }

  touch(idHash: string): Promise<void> {
    return this.touches.touch(idHash);
  }

  async end(target: EndTarget, reason: EndReason): Promise<EndedSession[]> {
    const now = this.clock.now();
    if ('idHash' in target && target.upToVersion === undefined)
      return this.endOne(target.idHash, now, reason);
    const ended: EndedSession[] = [];
    for (;;) {
      let where: Where = { ...whereOf(target), ...LIVE };
      if ('keepNewest' in target) {
        const oldest = await this.oldest(where, target.keepNewest);
        if (oldest.length === 0) return ended; // most log-ins: nothing to write
        where = { ...LIVE, idHash: In(oldest) };
      }
      const some = await this.endWhere(where, now, (row) => {
        if (!matchesSecurityVersion(target, row.data)) return null;
        return isExpired(row, now) ? expiryReason(row) : reason;
      });
      ended.push(...some);
      if (some.length === 0 || 'idHash' in target) return ended;
    }
  }

  /** As at every log-out: in one statement, without a transaction. */
  private async endOne(idHash: string, now: number, reason: EndReason): Promise<EndedSession[]> {
    const ended = await this.database.write((manager) =>
      updateReturning<Omit<EndedSession, 'idHash'>>(manager, END_ONE, [now, reason, idHash]),
    );
    return ended.map((row) => ({ idHash, ...row }));
  }

  private async oldest(where: Where, keepNewest = 0): Promise<string[]> {
    const rows = await this.rows.find({
      select: { idHash: true },
      where,
      order: { createdAt: 'DESC', idHash: 'ASC' },
      skip: keepNewest,
      take: ENDED_AT_ONCE,
    });
    return rows.map(({ idHash }) => idHash);
  }

  async expire(batch: ExpiryBatch): Promise<EndedSession[]> {
    const now = this.clock.now();
    const over = { ...LIVE, idleExpiresAt: LessThanOrEqual(now) };
    const asked = 'idHashes' in batch ? { ...over, idHash: In(batch.idHashes) } : over;
    const take = 'limit' in batch ? batch.limit : undefined;
    const found = await this.rows.find({ select: { idHash: true }, where: asked, take });
    const ended: EndedSession[] = [];
    for (let from = 0; from < found.length; from += ENDED_AT_ONCE) {
      // By ID alone: with the time in the condition, SQLite would scan all expired sessions.
      const idHash = In(found.slice(from, from + ENDED_AT_ONCE).map((row) => row.idHash));
      // Check again under the lock: another instance may have touched the session.
      const reasonOf = (row: SessionEntity) =>
        row.endedAt === null && isExpired(row, now) ? expiryReason(row) : null;
      ended.push(...(await this.endWhere({ idHash }, AS_IT_EXPIRED, reasonOf)));
    }
    return ended;
  }

  /** Ends up to `ENDED_AT_ONCE` of these rows, if `reasonOf` returns a reason. */
  private endWhere(
    where: Where,
    endedAt: number | (() => string),
    reasonOf: (row: SessionEntity) => EndReason | null,
  ): Promise<EndedSession[]> {
    return this.database.transaction(async (manager) => {
      const rows = await lockedRows(manager, where, ENDED_AT_ONCE);
      const ended = rows.flatMap((row) => {
        const reason = reasonOf(row);
        return reason === null ? [] : [asEnded(row, reason)];
      });
      for (const endReason of new Set(ended.map(({ reason }) => reason))) {
        const idHashes = ended.filter(({ reason }) => reason === endReason).map(({ idHash }) => idHash);
        await manager.update(SessionEntity, { idHash: In(idHashes) }, { endedAt, endReason });
      }
      return ended;
    });
  }

  async ended(idHashes: string[]): Promise<EndedSession[]> {
    const rows = await this.rows.findBy({ idHash: In(idHashes), endedAt: Not(IsNull()) });
    return rows.flatMap((row) => (row.endReason ? [asEnded(row, row.endReason)] : []));
  }

  async markNotified(idHash: string): Promise<boolean> {
    const { affected } = await this.database.write((manager) =>
      manager.update(
        SessionEntity,
        { idHash, endedAt: Not(IsNull()), toldAt: IsNull() },
        { toldAt: this.clock.now() },
      ),
    );
    return affected === 1;
  }

  list(userId: number): Promise<ListedSession[]> {
    return listedSessions(this.database, userId, this.clock.now());
  }

  async purge(limit: number): Promise<number> {
    const where = { endedAt: LessThan(this.clock.now() - ENDED_SESSION_RETENTION_MS) };
    const old = await this.rows.find({ select: { idHash: true }, where, take: limit });
    if (old.length === 0) return 0;
    const idHash = In(old.map((row) => row.idHash));
    await this.database.write((manager) => manager.delete(SessionEntity, { idHash }));
    return old.length;
  }

  ping(): Promise<boolean> {
    return this.database.ping();
  }

  /** Treats an unreadable row as no session, so the visitor becomes a guest instead of getting an error. */
  private loaded({ session, account }: SessionWithAccount): LoadedSession | null {
    const values = parseValues(session.data);
    if (!values) this.logger.warn('A session row holds no readable data; it counts as no session');
    const { idHash, version, lastSeenAt, idleExpiresAt: expiresAt } = session;
    return values && { idHash, values, version, lastSeenAt, expiresAt, account };
  }
}

function lockedRows(manager: EntityManager, where: Where, take: number): Promise<SessionEntity[]> {
  // A SQLite transaction already locks the whole database; SQLite has no row locks.
  const isSqlite = manager.connection.options.type === 'sqlite';
  return manager.find(SessionEntity, {
    where,
    take,
    lock: isSqlite ? undefined : { mode: 'pessimistic_write' },
  });
}
