import { Logger } from '@nestjs/common';
import { RateLimitedLog } from './rate-limited-log';

describe('Lines that every request would cause', () => {
  beforeEach(() => jest.useFakeTimers());
  afterEach(() => jest.useRealTimers());

  it('are so many in a minute, then how many more there were, and so again in the next', () => {
    const logger = new Logger();
    const warn = jest.spyOn(logger, 'warn').mockImplementation(() => undefined);
    const lines = new RateLimitedLog(logger, 'warn', 2);
    const told = () => warn.mock.calls.splice(0).map(([text]) => text as string);
    for (let n = 1; n <= 5; n++) lines.write(`line ${n}`);
    expect(told()).toEqual(['line 1', 'line 2']);
    jest.advanceTimersByTime(60_000);
    expect(told()).toEqual(['3 more lines of this kind within a minute']);
    lines.write('again');
    jest.advanceTimersByTime(60_000);
    expect(told()).toEqual(['again']);
  });
});
