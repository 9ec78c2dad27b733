import { Injectable } from '@nestjs/common';

/** How far the clocks of two instances may be apart. */
const SKEW_MS = 5_000;

/** Where the time comes from. A port, so that tests and the test kit can move it. */
export abstract class Clock {
  /** Milliseconds since 1970 in UTC. */
  abstract now(): number;

  /**
   * Whether this time lies at most `period` milliseconds back. One in the future does not, beyond what clocks may be
   * apart: then a clock was set back, and nobody knows how long ago it was.
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
