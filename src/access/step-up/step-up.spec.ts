import { Clock } from '../../options/clock';
import type { Principal } from '../principal';
import { hasRecentStepUp } from './step-up';

const MINUTE = 60_000;

class StoppedClock extends Clock {
  now(): number {
    return 1_000 * MINUTE;
  }
}

describe('A recent log-in', () => {
  const clock = new StoppedClock();
  const isRecent = (age: number) =>
    hasRecentStepUp(clock, { id: 7, username: 'ada', authenticatedAt: clock.now() - age } as Principal);

  it.each([
    ['just now', 0, true],
    ['ten minutes ago', 10 * MINUTE, true],
    ['a moment longer ago', 10 * MINUTE + 1, false],
    ['never: a remembered device', clock.now(), false],
    ['in the future, as far as clocks may differ', -5_000, true],
    ['further in the future: a clock was set back', -5_001, false],
  ])('given %s', (_, age, expected) => {
    expect(isRecent(age)).toBe(expected);
  });
});
