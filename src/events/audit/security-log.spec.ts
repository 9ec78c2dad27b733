import { Logger } from '@nestjs/common';
import { ApplicationLogger } from '../../options/application-logger';
import { SystemClock } from '../../options/clock';
import { loadSettings } from '../../options/load-settings';
import type { SecurityEvent } from '../bus/security-event';
import { SecurityEventBus } from '../bus/security-event-bus';
import { SecurityLog } from './security-log';

const EVENT: SecurityEvent<'auth.loginFailed'> = {
  name: 'auth.loginFailed',
  at: 1_764_000_000_000,
  actorId: null,
  sessionIdHash: null,
  requestId: '0b6c0b2e-2a6f-4c5e-9d64-9b1f5f1d7c11',
  ip: '203.0.113.7',
  userAgent: 'One\r\nTwo\u001b[31m\u009b31m\u2028Three\u0000 "quoted"',
  details: { userId: 7 },
};

describe('A security event in the log', () => {
  const lines: string[] = [];

  afterEach(() => {
    jest.restoreAllMocks();
    Logger.overrideLogger(['fatal']);
    lines.length = 0;
  });

  function tell(LOG_FORMAT: string): void {
    const settings = loadSettings({ LOG_FORMAT, SESSION_SECRET: 'only for this test' });
    Logger.overrideLogger(new ApplicationLogger(settings));
    jest.spyOn(process.stdout, 'write').mockImplementation((part) => lines.push(String(part)) > 0);
    new SecurityLog(settings, new SecurityEventBus(new SystemClock())).tell(EVENT);
  }

  it.each(['json', 'pretty'])(
    'is one line, whatever a browser calls itself, with LOG_FORMAT=%s',
    (format) => {
      tell(format);
      expect(lines).toHaveLength(1);
      // Strips Nest's colours.
      const told = lines[0].slice(lines[0].indexOf('auth.')).replace(/(\u001b\[39m)?\n$/, ''); // eslint-disable-line no-control-regex
      // eslint-disable-next-line no-control-regex -- the output must not contain them
      expect(told).not.toMatch(/[\u0000-\u001f\u007f-\u009f\u2028]/);
      for (const part of ['auth.loginFailed', EVENT.requestId, '203.0.113.7', 'Three'])
        expect(lines[0]).toContain(part);
    },
  );

  it('can be read by a program, with LOG_FORMAT=json', () => {
    tell('json');
    expect(JSON.parse(lines[0])).toMatchObject({
      level: 'log',
      context: 'Security',
      message: { event: 'auth.loginFailed', userId: 7, ip: '203.0.113.7', requestId: EVENT.requestId },
    });
  });
});
