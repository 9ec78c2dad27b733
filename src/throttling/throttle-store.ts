import type { ThrottleRule } from './throttle-rules';

/** A key and the rule for its failures. */
export interface Counted {
  rule: ThrottleRule;
  /** Any text, such as a username: store a keyed hash of it. */
  key: string;
}

/** If no counter blocks the attempt, the failures of each; else the time to wait in milliseconds. */
export type Reservation = { failures: number[] } | { blockedFor: number; by: Counted };

/**
 * The port to the failure counts. All instances of an application share them. Its errors refuse an attempt: without
 * counts, guesses would be free.
 */
export abstract class ThrottleStore {
  /**
   * Counts one failure under each key, or under none if any is blocked. It counts before the check, so
   * parallel attempts get no more guesses than sequential ones.
   * @param counted in a fixed order, or two requests could deadlock on the rows.
   */
  abstract reserve(counted: Counted[]): Promise<Reservation>;

  /** @returns how long this key is blocked, in milliseconds, or 0. Counts nothing. */
  abstract isBlockedFor(counted: Counted): Promise<number>;

  /** Removes one failure under each key: the attempt succeeded or was not checked. */
  abstract uncount(counted: Counted[]): Promise<void>;

  /** Removes all failures under some keys and one under others. */
  abstract clear(cleared: Counted[], takenBack?: Counted[]): Promise<void>;
}
