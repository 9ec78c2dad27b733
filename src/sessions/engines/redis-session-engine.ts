import { randomInt } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { Inject, Injectable, Logger } from '@nestjs/common';
import { Settings } from '../../options/settings';
import { mergeValues } from '../merge-values';
import {
  type EndedSession,
  type EndReason,
  type EndTarget,
  type ExpiryBatch,
  type ListedSession,
  type LoadedSession,
  type Origin,
  SessionEngine,
  type SessionValues,
} from '../session-engine';
import { DatabaseSessionEngine } from './database-session-engine';
import { RedisConnection } from './redis-connection';
import { parseValues, textOf } from './session-row';

/** Who the user is and how they logged in. Only the SQL row is trusted for these. */
const IDENTITY = ['userId', 'familyId', 'authenticatedAt', 'securityVersion'];
/** For parallel writers of one session: each round lets one of them succeed. */
const MOST_ROUNDS = 200;
const LARGEST_VERSION = 2 ** 47;

/**
 * Writes if the version is the expected one. A session without data in Redis has the version of its SQL row.
 * KEYS session · ARGV version expected, version in SQL, new version, new data, milliseconds to keep it
 * @returns nothing if written, else what is stored.
 */
const COMPARE_AND_SET = `
local stored = redis.call('HMGET', KEYS[1], 'version', 'data')
if (stored[1] or ARGV[2]) ~= ARGV[1] then return stored end
redis.call('HSET', KEYS[1], 'version', ARGV[3], 'data', ARGV[4])
redis.call('PEXPIRE', KEYS[1], ARGV[5])
return nil`;

type Stored = [version: string | null, data: string | null];

/**
 * Keeps changed session values in Redis. The SQL row decides: it holds the first values, and the session is
 * live only while the row is. A Redis that fails over, is flushed or restored can lose the latest values. It
 * cannot lose a log-in or undo a log-out.
 */
@Injectable()
export class RedisSessionEngine extends SessionEngine {
  private readonly logger = new Logger(RedisSessionEngine.name);

  constructor(
    private readonly authority: DatabaseSessionEngine,
    @Inject(RedisConnection) private readonly redis: RedisConnection,
    private readonly settings: Settings,
  ) {
    super();
  }

  async load(idHash: string): Promise<LoadedSession | null> {
    const [begun, stored] = await Promise.all([
      this.authority.load(idHash),
      this.redis.run((client) => client.hmGet(this.keyOf(idHash), ['version', 'data'])),
    ]);
    return begun && asStored(begun, stored as Stored);
  }

  create(idHash: string, values: SessionValues, origin?: Origin): Promise<LoadedSession> {
    return this.authority.create(idHash, values, origin);
  }

  async commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    textOf(values, this.settings.sessionMaxSize); // before the first write to SQL
    const begun = await this.commitIdentity(base, values);
    if (!begun) return null;
    let next = asIdentified(begun, values);
    let expected = base.version;
    for (let round = 0; round < MOST_ROUNDS; round += 1) {
      const version = randomInt(1_000, LARGEST_VERSION); // unknown to a restored Redis
      const found = await this.compareAndSet(begun, expected, version, next);
      if (!found) {
        await this.authority.invalidate(begun.idHash);
        return { ...begun, values: next, version };
      }
      const stored = asStored(begun, found);
      expected = stored.version;
      next = asIdentified(begun, mergeValues(base.values, values, stored.values));
    }
    throw new Error('Too many requests write to one session at once');
  }

  touch(idHash: string): Promise<void> {
    return this.authority.touch(idHash);
  }

  async end(target: EndTarget, reason: EndReason): Promise<EndedSession[]> {
    return this.forgetValues(await this.authority.end(target, reason));
  }

  async expire(batch: ExpiryBatch): Promise<EndedSession[]> {
    return this.forgetValues(await this.authority.expire(batch));
  }

  ended(idHashes: string[]): Promise<EndedSession[]> {
    return this.authority.ended(idHashes);
  }

  markNotified(idHash: string): Promise<boolean> {
    return this.authority.markNotified(idHash);
  }

  list(userId: number): Promise<ListedSession[]> {
    return this.authority.list(userId);
  }

  purge(limit: number): Promise<number> {
    return this.authority.purge(limit);
  }

  async ping(): Promise<boolean> {
    const both = await Promise.all([this.authority.ping(), this.redis.ping()]);
    return both.every(Boolean);
  }

  private keyOf(idHash: string): string {
    return this.redis.key(`session:${idHash}`);
  }

  /** @returns the session in SQL after this commit, or null if it has ended. */
  private async commitIdentity(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    const begun = await this.authority.load(base.idHash);
    const [before, after] = [identityOf(base.values), identityOf(values)];
    if (!begun || isDeepStrictEqual(before, after)) return begun;
    const identity = mergeValues(before, after, identityOf(begun.values));
    return this.authority.commit(begun, { ...withoutIdentity(begun.values), ...identity });
  }

  private async compareAndSet(
    begun: LoadedSession,
    expected: number,
    version: number,
    values: SessionValues,
  ): Promise<Stored | null> {
    const found = await this.redis.run((client) =>
      client.eval(COMPARE_AND_SET, {
        keys: [this.keyOf(begun.idHash)],
        arguments: [
          String(expected),
          String(begun.version),
          String(version),
          textOf(values, this.settings.sessionMaxSize),
          String(this.settings.sessionAbsoluteTimeout),
        ],
      }),
    );
    return found as Stored | null;
  }

  /** The end is already durable. Values left in Redis give no access and expire. */
  private async forgetValues(ended: EndedSession[]): Promise<EndedSession[]> {
    if (ended.length === 0) return ended;
    try {
      await this.redis.run((client) => client.unlink(ended.map(({ idHash }) => this.keyOf(idHash))));
    } catch (error) {
      this.logger.warn(`Values of ended sessions stay in Redis until they expire: ${String(error)}`);
    }
    return ended;
  }
}

/** If the values are unreadable, keep the version: without it, every later write would fail. */
function asStored(begun: LoadedSession, [version, data]: Stored): LoadedSession {
  if (version === null) return begun;
  const values = (data === null ? null : parseValues(data)) ?? begun.values;
  return { ...begun, values: asIdentified(begun, values), version: Number(version) };
}

const asIdentified = (begun: LoadedSession, values: SessionValues): SessionValues => ({
  ...withoutIdentity(values),
  ...identityOf(begun.values),
});

const identityOf = (values: SessionValues): SessionValues => pick(values, (key) => IDENTITY.includes(key));

const withoutIdentity = (values: SessionValues): SessionValues =>
  pick(values, (key) => !IDENTITY.includes(key));

const pick = (values: SessionValues, isWanted: (key: string) => boolean): SessionValues =>
  Object.fromEntries(Object.entries(values).filter(([key]) => isWanted(key)));
