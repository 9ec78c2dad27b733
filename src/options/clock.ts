import { Injectable } from '@nestjs/common';

/** Maximum difference between the clocks of two instances. */
const SKEW_MS = 5_000;

/** The port to the current time, so tests and the test kit can set it. */
export abstract class Clock {
  /** Milliseconds since 1970 in UTC. */
  abstract now(): number;

  /**
   * Whether this time is at most `period` milliseconds ago. False for a time further in the future than
   * clocks may differ: a clock was set back, so its age is unknown.
   */
  isWithinLast(period: number, time: number): boolean {
    const age = this.now() - time;
    return age <= period && age >= -SKEW_MS;
  }
}

@Injectable()
export class SystemClock extends Clock {
  now(): number {
    return Date.now();
  }
}
