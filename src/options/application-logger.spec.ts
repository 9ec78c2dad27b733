import { ApplicationLogger } from './application-logger';
import { loadSettings } from './load-settings';

const TRAPS = '%s %d %i %j %o %O %c %% ${7*7} {{7*7}}';

describe.each(['pretty', 'json'])('A line of the log (%s)', (format) => {
  const lines: string[] = [];

  beforeEach(() => {
    lines.length = 0;
    for (const stream of [process.stdout, process.stderr]) {
      jest.spyOn(stream, 'write').mockImplementation((text) => lines.push(String(text)) > 0);
    }
  });
  afterEach(() => jest.restoreAllMocks());

  const logger = () =>
    new ApplicationLogger(loadSettings({ SESSION_SECRET: 'unused', LOG_FORMAT: format, NO_COLOR: '1' }));

  it('says what it was given, also where that looks like a format or a template', () => {
    logger().log(TRAPS, 'Context');
    logger().warn(TRAPS, 'Context');
    logger().error(TRAPS, 'a stack', 'Context');
    expect(lines.filter((line) => line.includes(TRAPS))).toHaveLength(3);
  });

  it('says when in UTC, wherever the machine is', () => {
    jest.useFakeTimers({ now: Date.UTC(2030, 0, 2, 3, 4, 5, 6) });
    logger().log('Something happened');
    jest.useRealTimers();
    expect(lines.join()).toContain(
      format === 'json' ? '"timestamp":1893553445006' : '2030-01-02T03:04:05.006Z',
    );
  });
});
