import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PASSWORD } from '../support/app';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { findFaketime } from '../support/services.cjs';
import { Wire, type WireAnswer } from '../support/wire';

const REAL = '+0';

/** The real process; a file sets its wall clock, while its timers run on as usual. */
describe('When the wall clock of the machine jumps', () => {
  let built: Build;
  let dataDir: string;
  let started: Started;
  let wire: Wire;
  let users = 0;

  beforeAll(async () => {
    built = await build();
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-clock-'));
    await jump(REAL);
    started = await Started.run(built, {
      DATA_DIR: dataDir,
      LD_PRELOAD: findFaketime().file!,
      FAKETIME_TIMESTAMP_FILE: clockFile(),
      FAKETIME_NO_CACHE: '1',
      DONT_FAKE_MONOTONIC: '1',
      SESSION_IDLE_TIMEOUT: '3s',
      SESSION_ABSOLUTE_TIMEOUT: '6s',
    });
    await started.listening();
    wire = await Wire.open(started.port);
  }, 120_000);
  afterAll(async () => {
    wire.close();
    await started.stop();
    await rm(dataDir, { recursive: true, force: true });
  });
  afterEach(() => jump(REAL));

  const clockFile = () => join(dataDir, 'clock');

  /** Moves the wall clock of the process: `-1h`, `+1d`, or `+0`, the real time. */
  async function jump(offset: string): Promise<void> {
    await writeFile(clockFile(), `${offset}\n`);
  }

  const origin = () => ({ Origin: `http://localhost:${started.port}` });
  const get = (cookie: string, path = '/api/v1/auth/me') => wire.ask({ path, cookie });
  const statusOf = async (cookie: string) => (await get(cookie)).status;
  const post = (path: string, json: unknown, cookie?: string): Promise<WireAnswer> =>
    wire.ask({ method: 'POST', path, json, cookie, headers: origin() });

  /** The time according to the process itself. */
  async function itsTime(): Promise<number> {
    return Date.parse((await wire.ask({ path: '/health/live' })).header('date')!);
  }
  async function expectJumped(byHours: number): Promise<void> {
    // Node computes the Date header once a second.
    await delay(1_100);
    expect(Math.abs((await itsTime()) - Date.now() - byHours * 3_600_000)).toBeLessThan(5_000);
  }

  async function user(): Promise<{ id: number; sid: string; remember: string }> {
    const username = `user${(users += 1)}`;
    const answer = await post('/api/v1/auth/signup', { username, password: PASSWORD });
    const login = await post('/api/v1/auth/login', { username, password: PASSWORD, remember: true });
    expect(login.status).toBe(200);
    const { id } = JSON.parse(answer.text) as { id: number };
    return { id, sid: login.cookie('sid')!, remember: login.cookie('remember')! };
  }

  it('a session that expired stays expired when the clock goes a day ahead and back', async () => {
    const { sid } = await user();
    expect(await statusOf(sid)).toBe(200);
    await jump('+1d');
    await expectJumped(24);
    expect(await statusOf(sid)).toBe(401);
    await jump(REAL);
    await expectJumped(0);
    expect(await statusOf(sid)).toBe(401);
  });

  it('a session that began while the clock was a day ahead still ends after it goes back', async () => {
    await jump('+1d');
    await expectJumped(24);
    const { sid } = await user();
    await jump(REAL);
    await expectJumped(0);
    expect(await statusOf(sid)).toBe(200);
    await delay(3_200);
    expect(await statusOf(sid)).toBe(401);
  });

  it('an idle session ends on time when the clock goes back an hour', async () => {
    const { sid } = await user();
    await jump('-1h');
    await expectJumped(-1);
    expect(await statusOf(sid)).toBe(200);
    await delay(3_200);
    expect(await statusOf(sid)).toBe(401);
  });

  it('an active session ends at its time limit when the clock goes back an hour', async () => {
    const { sid } = await user();
    await jump('-1h');
    await expectJumped(-1);
    let lived = 0;
    const start = performance.now();
    for (; (await statusOf(sid)) === 200 && lived < 20_000; lived = performance.now() - start)
      await delay(400);
    expect(lived).toBeGreaterThan(3_500); // active until then, so it did not end earlier
    expect(lived).toBeLessThan(7_500);
  });

  it('a log-out stays in force when the clock goes back an hour', async () => {
    const { sid } = await user();
    expect((await post('/api/v1/auth/logout', undefined, sid)).status).toBe(204);
    await jump('-1h');
    await expectJumped(-1);
    expect(await statusOf(sid)).toBe(401);
  });

  it('a remembered device is not taken for a thief when the clock goes back an hour, but a replayed token is', async () => {
    const { remember } = await user();
    const renewed = (await get(remember)).cookie('remember')!;
    expect(renewed).not.toBe(remember);
    await jump('-1h');
    await expectJumped(-1);
    const again = await get(renewed);
    expect(again.status).toBe(200);

    const other = await user();
    const renewedOnce = (await get(other.remember)).cookie('remember')!;
    const current = (await get(renewedOnce)).cookie('remember')!; // so the device has received the first renewal
    await jump('-2h');
    await expectJumped(-2);
    expect(await statusOf(other.remember)).toBe(401);
    expect(await statusOf(current)).toBe(401);
  });

  it('a log-in does not stay recent for over an hour when the clock goes back an hour', async () => {
    const { id, sid } = await user();
    await jump('-1h');
    await expectJumped(-1);
    const remove = { method: 'DELETE', path: `/api/v1/users/${id}`, cookie: sid, headers: origin() };
    expect((await wire.ask(remove)).status).toBe(422);
    expect(await statusOf(sid)).toBe(200);
  });

  it("a guest's flash dated an hour ahead is refused", async () => {
    await jump('+1h');
    await expectJumped(1);
    const flash = (await wire.ask({ path: '/users/welcome', headers: { Accept: 'text/html' } })).cookie(
      'flash',
    )!;
    const login = { path: '/users/login', cookie: flash, headers: { Accept: 'text/html' } };
    expect((await wire.ask(login)).text).toContain('Please log in first');
    await jump(REAL);
    await expectJumped(0);
    expect((await wire.ask(login)).text).not.toContain('Please log in first');
  });
});
