import { Clock } from '../../src/options/clock';

/** The real time plus an offset that a test sets. */
export class TestClock extends Clock {
  private offset = 0;
  private frozenAt: number | undefined;

  now(): number {
    return (this.frozenAt ?? Date.now()) + this.offset;
  }

  /** Stops the clock: only `advance` moves it. */
  freeze(): void {
    this.frozenAt = Date.now();
  }

  advance(milliseconds: number): void {
    this.offset += milliseconds;
  }
}
