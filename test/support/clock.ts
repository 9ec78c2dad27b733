import { Clock } from '../../src/options/clock';

/** The real time, which a test can move. */
export class TestClock extends Clock {
  private offset = 0;
  private frozenAt: number | undefined;

  now(): number {
    return (this.frozenAt ?? Date.now()) + this.offset;
  }

  /** However long the test takes, no time passes but by `advance`. */
  freeze(): void {
    this.frozenAt = Date.now();
  }

  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }
}
