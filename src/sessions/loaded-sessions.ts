import { Inject, Injectable, Optional } from '@nestjs/common';
import { Clock } from '../config/clock';
import { Settings } from '../config/settings';
import { Changes } from '../database/changes/changes';
import { TrackedCopies } from '../database/changes/tracked-copies';
import { keyOfCopy } from './key-of-copy';
import { type LoadedSession, SESSION_ENGINE, SessionEngine } from './session-engine';

const NO_COPIES = Promise.resolve(undefined);

/** Live sessions for requests. Of those in the database it keeps copies; of another store nobody tells the changes. */
@Injectable()
export class LoadedSessions {
  private readonly copies: TrackedCopies<LoadedSession> | undefined;

  constructor(
    private readonly engine: SessionEngine,
    private readonly clock: Clock,
    private readonly changes: Changes,
    { sessionCache, sessionStore, databaseUrl }: Settings,
    @Inject(SESSION_ENGINE) @Optional() theirs?: SessionEngine,
  ) {
    // What another process writes to Redis is told by PostgreSQL alone.
    const isTold =
      sessionStore === 'database' || (sessionStore === 'redis' && !databaseUrl.startsWith('sqlite:'));
    if (sessionCache > 0 && isTold && !theirs) this.copies = new TrackedCopies(changes, sessionCache);
  }

  /** Whether copies may be used for a request that has come by now; undefined where there are none. */
  areCopiesKnown(): Promise<boolean | undefined> {
    return this.copies ? this.changes.areKnown() : NO_COPIES;
  }

  /** The session, where there is a copy that may be used. @param isKnown what `areCopiesKnown` has said, if it was asked. */
  known(idHash: string, isKnown?: boolean): LoadedSession | undefined {
    const session = this.copies?.known(keyOfCopy(idHash), isKnown);
    return session && session.expiresAt > this.clock.now() ? session : undefined;
  }

  /** @param isKnown what `areCopiesKnown` has said. */
  async load(idHash: string, isKnown?: boolean): Promise<LoadedSession | null> {
    const read = () => this.engine.load(idHash);
    if (!this.copies) return read();
    const session = await this.copies.get(keyOfCopy(idHash), read, isKnown);
    // Another instance may have moved its time-out since, which PostgreSQL does not tell.
    return session && session.expiresAt <= this.clock.now() ? read() : session;
  }
}
