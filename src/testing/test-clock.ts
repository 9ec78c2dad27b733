import { Clock } from '../options/clock';
import { parseDuration } from '../options/setting-decorators';

/** The application's clock: the real time, moved by a test. Timers of the process keep the real time. */
export class TestClock extends Clock {
  private offset = 0;

  now(): number {
    return Date.now() + this.offset;
  }

  /**
   * Moves the clock forward.
   * @param duration with its unit, such as `90s`, `31m`, `12h` or `30d`. @throws TypeError
   */
  travel(duration: string): Promise<void> {
    const milliseconds = parseDuration(duration);
    if (Number.isNaN(milliseconds))
      throw new TypeError(`travel() takes a duration such as 90s, 31m or 30d, not ${duration}`);
    this.offset += milliseconds;
    return Promise.resolve();
  }

  /** From here the clock runs on. @throws TypeError for an invalid date */
  set(date: Date): void {
    if (Number.isNaN(date.getTime())) throw new TypeError('set() takes a valid date');
    this.offset = date.getTime() - Date.now();
  }
}
