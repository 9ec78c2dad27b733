import { LRUCache } from 'lru-cache';
import type { Clock } from '../options/clock';
import type { InvalidationListener, InvalidationSource } from '../database/invalidation/invalidation-source';
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
} from './session-engine';

/**
 * Caches the most recently used sessions with their users. Before it uses an entry, it asks the database
 * whether anything has changed since, so a log-out takes effect on every instance at the next request. Only
 * `lastSeenAt` and `expiresAt` may lag behind the touches of other instances.
 */
export class SessionCache extends SessionEngine implements InvalidationListener {
  private readonly entries: LRUCache<string, LoadedSession>;
  private readonly idHashesByUser = new Map<unknown, Set<string>>();
  /** Pending reads. Invalidating removes one, because it may have read the old state. */
  private readonly reads = new Map<string, Promise<LoadedSession | null>>();

  constructor(
    private readonly engine: SessionEngine,
    private readonly source: InvalidationSource,
    private readonly clock: Clock,
    max: number,
  ) {
    super();
    this.entries = new LRUCache({ max, dispose: (session) => this.unindex(session) });
    source.subscribe(this);
  }

  load(idHash: string): Promise<LoadedSession | null> {
    return this.source.isFresh().then((isFresh) => {
      if (!isFresh) return this.engine.load(idHash);
      const session = this.entries.get(idHash);
      // Another instance may have moved its idle timeout, which is not announced.
      if (session && session.expiresAt > this.clock.now()) return ownCopyOf(session);
      return (this.reads.get(idHash) ?? this.fill(idHash)).then((read) => read && ownCopyOf(read));
    });
  }

  invalidate(cacheKey: string): void {
    const [table, id] = cacheKey.split(':');
    if (table === 'session') {
      this.entries.delete(id);
      this.reads.delete(id);
      return;
    }
    for (const idHash of this.idHashesByUser.get(Number(id)) ?? []) this.entries.delete(idHash);
    this.reads.clear(); // any of them may contain this user
  }

  invalidateAll(): void {
    this.entries.clear();
    this.reads.clear();
  }

  create(idHash: string, values: SessionValues, origin?: Origin): Promise<LoadedSession> {
    return this.engine.create(idHash, values, origin);
  }

  commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    return this.engine.commit(base, values);
  }

  /** The database does not announce it, so other instances keep the old times until their entry expires. */
  async touch(idHash: string): Promise<void> {
    await this.engine.touch(idHash);
    this.invalidate(`session:${idHash}`);
  }

  end(target: EndTarget, reason: EndReason): Promise<EndedSession[]> {
    return this.engine.end(target, reason);
  }

  expire(batch: ExpiryBatch): Promise<EndedSession[]> {
    return this.engine.expire(batch);
  }

  ended(idHashes: string[]): Promise<EndedSession[]> {
    return this.engine.ended(idHashes);
  }

  markNotified(idHash: string): Promise<boolean> {
    return this.engine.markNotified(idHash);
  }

  list(userId: number): Promise<ListedSession[]> {
    return this.engine.list(userId);
  }

  purge(limit: number): Promise<number> {
    return this.engine.purge(limit);
  }

  ping(): Promise<boolean> {
    return this.engine.ping();
  }

  private fill(idHash: string): Promise<LoadedSession | null> {
    const read: Promise<LoadedSession | null> = this.engine.load(idHash).then(
      (session) => {
        if (this.reads.get(idHash) !== read) return session;
        this.reads.delete(idHash);
        if (session) this.keep(session);
        return session;
      },
      (error: unknown) => {
        if (this.reads.get(idHash) === read) this.reads.delete(idHash);
        throw error;
      },
    );
    this.reads.set(idHash, read);
    return read;
  }

  private keep(session: LoadedSession): void {
    const { idHash } = session;
    const { userId } = session.values;
    this.entries.set(idHash, session);
    const idHashes = this.idHashesByUser.get(userId);
    if (idHashes) idHashes.add(idHash);
    else this.idHashesByUser.set(userId, new Set([idHash]));
  }

  private unindex({ idHash, values: { userId } }: LoadedSession): void {
    const idHashes = this.idHashesByUser.get(userId);
    idHashes?.delete(idHash);
    if (idHashes?.size === 0) this.idHashesByUser.delete(userId);
  }
}

/** Each request changes its own values. Requests never change the user. */
const ownCopyOf = (session: LoadedSession): LoadedSession => ({
  ...session,
  values: JSON.parse(JSON.stringify(session.values)) as SessionValues,
});
