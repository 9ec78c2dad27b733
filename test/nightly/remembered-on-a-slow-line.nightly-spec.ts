import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { freePort, PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { countSessions } from '../support/probes';
import { SlowLink } from '../support/slow-link';
import { Visitor } from '../support/visitor';

const ROUNDS = Number(process.env.ROUNDS ?? 200);
const LATENESS = 800;
const GRACE = 31_000;
const LIMIT = 1_800_000;

/** Needs Chromium. About 20 minutes; ROUNDS=10 for a look. */
describe(`A remembered device over a line that is ${LATENESS} ms late`, () => {
  let app: TestApp;
  let link: SlowLink;
  let browser: Browser;

  beforeAll(async () => {
    const port = await freePort();
    link = await SlowLink.to(`http://localhost:${port}`);
    const baseUrl = new URL(link.through(`http://localhost:${port}`)).origin;
    app = await TestApp.start({ PORT: String(port), BASE_URL: baseUrl });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await link.close();
    await app.close();
  });

  async function remembered(username: string): Promise<Visitor> {
    const visitor = await Visitor.in(browser, app);
    await visitor.context.request.post('/api/v1/auth/login', {
      headers: { Origin: app.baseUrl },
      data: { username, password: PASSWORD, remember: true },
    });
    return visitor;
  }
  /** The session is over; the device is remembered. */
  const comeBack = ({ context }: Visitor) => context.clearCookies({ name: 'sid' });
  const cookieOf = async ({ context }: Visitor): Promise<string> =>
    (await context.cookies()).find(({ name }) => name === 'remember')?.value ?? '';
  const thefts = () => countSessions(app, "end_reason = 'theft'");

  it(
    `is never taken for a thief when it goes on before the first answer has come, ${ROUNDS} times`,
    async () => {
      await app.signUp('owner');
      const visitor = await remembered('owner');
      link.lateness = LATENESS;
      for (let round = 0; round < ROUNDS; round += 1) {
        await comeBack(visitor);
        const superseded = visitor.page.goto('/users/welcome').catch(() => undefined);
        await delay(100 + (round % 8) * 100);
        await visitor.page.goto('/account', { timeout: 30_000 }).catch(() => undefined);
        await superseded;
        app.clock.advance(GRACE);
        expect([round, await thefts()]).toEqual([round, 0]);
      }
      link.lateness = 0;
      await visitor.open('/account');
      expect(await visitor.isLoggedIn()).toBe(true);
      await visitor.leave();
    },
    LIMIT,
  );

  it(
    `was robbed when a copy of its token comes after the newer one, ${ROUNDS} times of ${ROUNDS}`,
    async () => {
      await app.signUp('victim');
      let found = 0;
      for (let round = 0; round < ROUNDS; round += 1) {
        const visitor = await remembered('victim');
        const copy = await cookieOf(visitor);
        await comeBack(visitor);
        await visitor.open('/users/welcome');
        if (round % 2 === 0) await comeBack(visitor);
        await visitor.open('/account');
        app.clock.advance(GRACE);
        const before = await thefts();
        await app.agent().get('/users/welcome').set('Cookie', `remember=${copy}`).expect(303);
        if ((await thefts()) > before) found += 1;
        await visitor.leave();
      }
      expect(found).toBe(ROUNDS);
    },
    LIMIT,
  );
});
