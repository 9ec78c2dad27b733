import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';

describe('A fault that nothing catches', () => {
  let built: Build;
  let folder: string;
  let started: Started;

  beforeAll(async () => {
    built = await build();
  }, 120_000);
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-last-resort-'));
    const options = ['--require', join(__dirname, '../support/breakdown.cjs')];
    started = await Started.run(built, { DATA_DIR: folder, LOG_FORMAT: 'json' }, { options });
    await started.listening();
  });
  afterEach(async () => {
    await started.stop();
    await rm(folder, { recursive: true });
  });

  /** The line of the log about it. */
  const told = (what: string): unknown => {
    const line = started.output.split('\n').find((text) => text.includes(what));
    return JSON.parse(line ?? 'null');
  };

  it('in a promise is logged with its stack, and the process continues', async () => {
    started.child.kill('SIGUSR2');
    await eventually(
      () => started.output,
      (output) => output.includes('unhandled rejection of the test'),
    );

    expect(told('unhandled rejection of the test')).toMatchObject({
      level: 'error',
      message: expect.stringMatching(/unhandled rejection of the test\n +at /) as unknown,
    });
    expect((await fetch(`${started.url}/health/ready`)).status).toBe(200);
  });

  it('in an exception is logged with its stack, and the process exits with 1', async () => {
    started.child.kill('SIGWINCH');

    expect(await started.ended).toEqual({ code: 1, signal: null });
    expect(told('uncaught exception of the test')).toMatchObject({
      level: 'fatal',
      message: expect.stringMatching(/uncaught exception of the test\n +at /) as unknown,
    });
  });
});
