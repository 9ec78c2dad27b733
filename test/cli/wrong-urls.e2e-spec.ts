import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Build, build } from '../support/build';
import { latchkey } from '../support/command';
import { Started } from '../support/process';

const PASSWORD = 'Swordfish@Trout#1';
const URLS = {
  DATABASE_URL: `postgres://app:${PASSWORD}@127.0.0.1/app`,
  REDIS_URL: `redis://app:${PASSWORD}@127.0.0.1`,
  SMTP_URL: `smtp://app:${PASSWORD}@127.0.0.1`,
};

const REDIS = { REDIS_URL: 'redis://127.0.0.1' };

describe.each(Object.entries(URLS))('A password in %s that is not percent-encoded', (name, url) => {
  let built: Build;
  let folder: string;

  beforeAll(async () => {
    built = await build();
    folder = await mkdtemp(join(tmpdir(), 'latchkey-urls-'));
  }, 300_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  const expectNoPart = (output: string) => {
    expect(output).toContain(`${name} cannot be read: percent-encode`);
    expect(output).not.toMatch(/swordfish|trout/i);
    expect(output).not.toMatch(/^\s+at /m);
  };

  it('stops the start, and no part of it is in the log', async () => {
    const failed = await Started.run(built, {
      DATA_DIR: folder,
      SESSION_STORE: 'redis',
      ...REDIS,
      [name]: url,
    });
    expect(await failed.ended).toEqual({ code: 1, signal: null });
    expectNoPart(failed.output);
  });

  it('is reported by the doctor, without any part of it', async () => {
    const { code, output, errors } = await latchkey(built, { DATA_DIR: folder, [name]: url }, ['doctor']);
    expect(code).toBe(2);
    expectNoPart(output + errors);
  });
});
