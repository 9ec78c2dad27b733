import { isoTime, longDate } from './times';

const TIME = Date.UTC(2026, 10, 22, 9, 30, 59, 999);

describe('A time', () => {
  it.each([TIME, TIME, 0, -1])('has its ISO form: %d', (time) => {
    expect(isoTime(time)).toBe(new Date(time).toISOString());
  });

  it('has a long form to the minute', () => {
    expect(longDate(TIME)).toBe('22 November 2026 at 09:30 UTC');
    expect(longDate(TIME)).toBe('22 November 2026 at 09:30 UTC');
    expect(longDate(TIME + 1)).toBe('22 November 2026 at 09:31 UTC');
    expect(longDate(-1)).toBe('31 December 1969 at 23:59 UTC');
  });

  it('that is none has neither form', () => {
    expect(() => isoTime(NaN)).toThrow(RangeError);
    expect(() => longDate(NaN)).toThrow(RangeError);
  });
});
