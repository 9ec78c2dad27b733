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
});
