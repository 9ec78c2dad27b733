import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { TestApp } from '../support/app';
import { launchChromium, launchPersistent } from '../support/chromium';
import { Visitor } from '../support/visitor';

let app: TestApp;

beforeEach(async () => {
  app = await TestApp.startForBrowser();
  await app.signUp('ada');
});
afterEach(() => app.close());

async function countToTwo(visitor: Visitor): Promise<void> {
  await visitor.open('/start_counter');
  await visitor.open('/count');
  await visitor.open('/count');
}

async function shownCount(visitor: Visitor): Promise<string> {
  await visitor.open('/get_count');
  return visitor.text();
}

describe('When the browser is closed and opened again', () => {
  let profile: string;

  beforeEach(async () => {
    profile = await mkdtemp(join(tmpdir(), 'latchkey-profile-'));
  });
  afterEach(() => rm(profile, { recursive: true, force: true }));

  const openBrowser = async () => Visitor.of(await launchPersistent(profile, { baseURL: app.baseUrl }), app);

  it('the counter and the session are gone, while a cookie with an expiry date is still there', async () => {
    const before = await openBrowser();
    const lasting = { name: 'lasting', value: 'yes', url: app.baseUrl, expires: Date.now() / 1000 + 3_600 };
    await before.context.addCookies([lasting]);
    await before.logIn('ada');
    await countToTwo(before);
    expect(await shownCount(before)).toBe('2');
    expect(await before.isLoggedIn()).toBe(true);
    await before.leave();

    const after = await openBrowser();
    try {
      const names = (await after.context.cookies()).map(({ name }) => name);
      expect(names.sort()).toEqual(['device', 'lasting']);
      expect(await shownCount(after)).toBe('No counter set!');
      await after.open('/users/welcome');
      expect(after.path).toBe('/users/login?next=%2Fusers%2Fwelcome');
    } finally {
      await after.leave();
    }
  });
});

describe('When the server is stopped and started again', () => {
  let browser: Browser;

  beforeAll(async () => {
    browser = await launchChromium();
  });
  afterAll(() => browser.close());

  it('the counter goes on where it was, and its user is still logged in', async () => {
    const visitor = await Visitor.in(browser, app);
    await visitor.logIn('ada');
    await countToTwo(visitor);
    await visitor.open('/lab');
    await visitor.submit({}, 'Count');

    app = await app.restart();

    await visitor.open('/count');
    expect(await visitor.text()).toBe('3');
    await visitor.open('/users/welcome');
    expect(await visitor.heading()).toBe('Welcome, ada');
    await visitor.open('/lab');
    const counters = await visitor.page.locator('.count').allInnerTexts();
    expect(counters).toEqual(['1', '3']);
    await visitor.leave();
  });
});
