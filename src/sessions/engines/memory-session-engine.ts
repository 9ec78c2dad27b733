import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { Clock } from '../../options/clock';
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
import {
  asEnded,
  ENDED_SESSION_RETENTION_MS,
  expiryReason,
  isExpired,
  matchesSecurityVersion,
  newLife,
  ownersOf,
  type SessionLife,
  textOf,
  touchedLife,
  UNKNOWN_ORIGIN,
} from './session-row';

interface StoredSession {
  idHash: string;
  publicId: string;
  userId: number | null;
  familyId: string | null;
  /** JSON text, so no caller holds a reference into it. */
  data: string;
  version: number;
  origin: Origin;
  life: SessionLife;
  end?: { at: number; reason: EndReason; isNotified: boolean };
}

/**
 * Keeps sessions in the memory of one process, for tests and trials. They are lost when the process stops.
 */
@Injectable()
export class MemorySessionEngine extends SessionEngine {
  private readonly sessions = new Map<string, StoredSession>();

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    super();
  }

  async load(idHash: string): Promise<LoadedSession | null> {
    const session = this.live(idHash);
    return session && loaded(session);
  }

  async create(idHash: string, values: SessionValues, origin = UNKNOWN_ORIGIN): Promise<LoadedSession> {
    if (this.sessions.has(idHash)) throw new Error('There is a session of this ID already');
    const session: StoredSession = {
      idHash,
      publicId: randomBytes(16).toString('base64url'),
      ...ownersOf(values),
      data: textOf(values, this.settings.sessionMaxSize),
      version: 1,
      origin,
      life: newLife(this.settings, this.clock.now()),
    };
    this.sessions.set(idHash, session);
    return loaded(session);
  }

  async commit(base: LoadedSession, values: SessionValues): Promise<LoadedSession | null> {
    const session = this.live(base.idHash);
    if (!session) return null;
    const stored = loaded(session).values;
    const merged = session.version === base.version ? values : mergeValues(base.values, values, stored);
    const data = textOf(merged, this.settings.sessionMaxSize);
    Object.assign(session, { data, ...ownersOf(merged), version: session.version + 1 });
    return loaded(session);
  }

  async touch(idHash: string): Promise<void> {
    const session = this.live(idHash);
    if (session) session.life = touchedLife(this.settings, session.life, this.clock.now());
  }

  async end(target: EndTarget, reason: EndReason): Promise<EndedSession[]> {
    const now = this.clock.now();
    return this.endAll(this.meant(target), ({ life }) => ({
      at: now,
      reason: isExpired(life, now) ? expiryReason(life) : reason,
    }));
  }

  async expire(batch: ExpiryBatch): Promise<EndedSession[]> {
    const now = this.clock.now();
    const asked = 'idHashes' in batch ? this.known(batch.idHashes) : [...this.sessions.values()];
    const over = asked.filter((session) => !session.end && isExpired(session.life, now));
    const most = 'limit' in batch ? batch.limit : over.length;
    return this.endAll(over.slice(0, most), ({ life }) => ({
      at: life.idleExpiresAt,
      reason: expiryReason(life),
    }));
  }

  async ended(idHashes: string[]): Promise<EndedSession[]> {
    return this.known(idHashes).flatMap((session) =>
      session.end ? [asEnded(session, session.end.reason)] : [],
    );
  }

  async markNotified(idHash: string): Promise<boolean> {
    const end = this.sessions.get(idHash)?.end;
    if (!end || end.isNotified) return false;
    end.isNotified = true;
    return true;
  }

  async list(userId: number): Promise<ListedSession[]> {
    return [...this.sessions.values()]
      .filter((session) => session.userId === userId && this.live(session.idHash))
      .sort(
        ({ life: one }, { life: other }) =>
          other.lastSeenAt - one.lastSeenAt || other.createdAt - one.createdAt,
      )
      .map(({ idHash, publicId, familyId, origin, life: { createdAt, lastSeenAt } }) => ({
        ...{ idHash, publicId, familyId, ...origin },
        ...{ createdAt, lastSeenAt },
      }));
  }

  async purge(limit: number): Promise<number> {
    const before = this.clock.now() - ENDED_SESSION_RETENTION_MS;
    const old = [...this.sessions.values()].filter(({ end }) => end && end.at < before).slice(0, limit);
    for (const { idHash } of old) this.sessions.delete(idHash);
    return old.length;
  }

  async ping(): Promise<boolean> {
    return true;
  }

  private meant(target: EndTarget): StoredSession[] {
    const meant = [...this.sessions.values()].filter((session) => !session.end && matches(target)(session));
    if (!('keepNewest' in target)) return meant;
    meant.sort((one, other) => other.life.createdAt - one.life.createdAt);
    return meant.slice(target.keepNewest);
  }

  private live(idHash: string): StoredSession | null {
    const session = this.sessions.get(idHash);
    return session && !session.end && !isExpired(session.life, this.clock.now()) ? session : null;
  }

  private known(idHashes: string[]): StoredSession[] {
    return idHashes.flatMap((idHash) => this.sessions.get(idHash) ?? []);
  }

  private endAll(
    sessions: StoredSession[],
    endOf: (session: StoredSession) => { at: number; reason: EndReason },
  ): EndedSession[] {
    return sessions
      .filter(({ end }) => !end)
      .map((session) => {
        session.end = { ...endOf(session), isNotified: false };
        return asEnded(session, session.end.reason);
      });
  }
}

const matches =
  (target: EndTarget) =>
  (session: StoredSession): boolean => {
    if (!matchesSecurityVersion(target, session.data)) return false;
    if ('idHash' in target) return session.idHash === target.idHash;
    if (session.idHash === target.exceptIdHash) return false;
    return 'familyId' in target ? session.familyId === target.familyId : session.userId === target.userId;
  };

function loaded({ idHash, data, version, life }: StoredSession): LoadedSession {
  const { lastSeenAt, idleExpiresAt: expiresAt } = life;
  return { idHash, values: JSON.parse(data) as SessionValues, version, lastSeenAt, expiresAt };
}
