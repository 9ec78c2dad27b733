import { Clock } from '../../src/options/clock';

/** The real time, which a test can move. */
export class TestClock extends Clock {
  private offset = 0;

  now(): number {
    return Date.now() + this.offset;
  }

  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }
}
