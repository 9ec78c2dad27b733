import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { guess, hashesOf, heard, knownDevice, retryAfter, useUpFreeGuesses } from '../support/guesses';
import { fieldValue, flashes, submit } from '../support/page';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;

describe('Guesses at one account from one source', () => {
  let app: TestApp;
  let count = 0;
  let name: string;
  let agent: TestAgent;

  beforeAll(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    name = `ada${(count += 1)}`;
    await app.signUp(name);
    agent = app.agent();
  });

  it('are free five times; then each failure doubles the wait, from 1 s to 15 min', async () => {
    await useUpFreeGuesses(agent, name);
    for (const wait of [1, 2, 4, 8, 16, 32, 64, 128, 256, 512, 900, 900]) {
      const early = await guess(agent, name, PASSWORD);
      expect(early.status).toBe(429);
      expect(retryAfter(early)).toBe(wait);
      app.clock.advance(wait * SECOND);
      expect((await guess(agent, name)).status).toBe(401);
    }
  });

  it('are not verified before the wait is over, and do not extend it', async () => {
    await useUpFreeGuesses(agent, name);
    const hashes = hashesOf(app);
    for (let n = 0; n < 20; n += 1) expect((await guess(agent, name)).status).toBe(429);
    expect(hashes()).toBe(0);
    app.clock.advance(SECOND);
    expect((await guess(agent, name, PASSWORD)).status).toBe(200);
  });

  it('are free again after a log-in', async () => {
    await useUpFreeGuesses(agent, name);
    app.clock.advance(SECOND);
    expect((await guess(agent, name, PASSWORD)).status).toBe(200);
    await useUpFreeGuesses(app.agent(), name);
  });

  it('are free again after a day without one', async () => {
    await useUpFreeGuesses(agent, name);
    app.clock.advance(24 * 60 * MINUTE);
    await useUpFreeGuesses(agent, name);
  });

  it('do not affect other accounts', async () => {
    await useUpFreeGuesses(agent, name);
    await app.signUp(`${name}-other`);
    expect((await guess(agent, `${name}-other`, PASSWORD)).status).toBe(200);
  });

  it('count together for all spellings of the name', async () => {
    await useUpFreeGuesses(agent, name);
    for (const form of [name.toUpperCase(), ` ${name} `, name.replace('a', 'ａ')]) {
      expect((await guess(agent, form, PASSWORD)).status).toBe(429);
    }
  });

  it('get the same responses for an unknown name', async () => {
    const answers = async (username: string) => {
      const browser = app.agent();
      const seen: unknown[] = [];
      for (let n = 0; n < 7; n += 1) {
        const { status, body, headers } = await guess(browser, username);
        const { requestId: _, ...problem } = body as Record<string, unknown>;
        seen.push([status, problem, headers['retry-after'], Object.keys(headers).sort()]);
      }
      return seen;
    };
    expect(await answers(`${name}-unknown`)).toEqual(await answers(name));
  });

  it('are limited equally when they are concurrent', async () => {
    const hashes = hashesOf(app);
    const answers = await Promise.all(Array.from({ length: 25 }, () => guess(app.agent(), name)));
    const looked = answers.filter(({ status }) => status === 401);
    expect(looked.length).toBe(5);
    expect(answers.filter(({ status }) => status === 429).length).toBe(20);
    expect(hashes()).toBe(5);
  });

  it('that are right all succeed, however many are concurrent', async () => {
    const answers = await Promise.all(Array.from({ length: 64 }, () => guess(app.agent(), name, PASSWORD)));
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(64);
  });

  it('get the time of the next attempt: in the log-in form with its name, and as a problem', async () => {
    await useUpFreeGuesses(agent, name);
    for (let n = 0, wait = 1; n < 7; n += 1, wait *= 2) {
      app.clock.advance(wait * SECOND);
      await guess(agent, name);
    }
    const page = await submit(agent, '/users/login', { username: name, password: PASSWORD });
    expect(page.status).toBe(429);
    expect(retryAfter(page)).toBe(128);
    expect(flashes(page)).toEqual(['Too many attempts. Try again in 3 minutes.']);
    expect(page.text).toContain('<h1>Log in</h1>');
    expect(fieldValue(page, 'username')).toBe(name);
    expect(fieldValue(page, 'password')).toBe('');

    const problem = await guess(agent, name, PASSWORD);
    expect(problem.headers['content-type']).toMatch('application/problem+json');
    expect(problem.body).toMatchObject({
      title: 'Too Many Requests',
      status: 429,
      detail: 'Too many attempts. Try again in 3 minutes.',
    });
  });

  it('on a device of its user are counted apart', async () => {
    const device = await knownDevice(app, name);
    await useUpFreeGuesses(agent, name);
    await useUpFreeGuesses(device, name);
    expect((await guess(device, name, PASSWORD)).status).toBe(429);
  });

  it('publish a security event when they come too early', async () => {
    const events = heard(app, 'auth.throttled');
    await useUpFreeGuesses(agent, name);
    await guess(agent, name);
    await useUpFreeGuesses(agent, `${name}-unknown`);
    await guess(agent, `${name}-unknown`);
    expect(events).toEqual([
      { userId: expect.any(Number) as number, scope: 'guesses' },
      { userId: null, scope: 'guesses' },
    ]);
  });

  it('are not refused forever after a clock was set back', async () => {
    await useUpFreeGuesses(agent, name);
    app.clock.advance(-365 * 24 * 60 * MINUTE);
    expect((await guess(agent, name, PASSWORD)).status).toBe(200);
    app.clock.advance(365 * 24 * 60 * MINUTE);
  });
});
