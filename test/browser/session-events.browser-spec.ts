import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, BrowserContext } from 'playwright-core';
import { UsersService } from '../../src/users/users-service';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { eventually } from '../support/eventually';
import { Visitor } from '../support/visitor';
import { NO_FINDINGS, PageReview } from './page-review';

const REVOKED = 'This session was ended from another device.';
const EVENTS = '/account/session/events';
/** A page opens its stream when it has been open for a second. */
const LISTENING = 2_000;

describe('When a session ends, an open page', () => {
  let app: TestApp;
  let browser: Browser;
  let visitor: Visitor;
  let elsewhere: Visitor;
  let userId: number;
  let made = 0;

  beforeAll(async () => {
    app = await TestApp.startForBrowser();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });
  beforeEach(async () => {
    const username = `user${(made += 1)}`;
    userId = await app.signUp(username);
    visitor = await Visitor.in(browser, app);
    elsewhere = await Visitor.in(browser, app);
    for (const each of [visitor, elsewhere]) await each.logIn(username);
  });
  afterEach(async () => {
    await visitor.leave();
    await elsewhere.leave();
  });

  const banner = ({ page }: Visitor) => page.getByRole('alert');

  async function endAllOthers(): Promise<void> {
    await elsewhere.open('/account/sessions');
    await elsewhere.submit({}, 'End all other sessions');
  }

  /** As another tab of the same browser does. */
  async function logInInAnotherTab(): Promise<void> {
    const data = { username: `user${made}`, password: PASSWORD };
    const answer = await visitor.context.request.post('/api/v1/auth/login', {
      data,
      headers: { Origin: app.baseUrl },
    });
    expect(answer.status()).toBe(200);
  }

  /** Browsers open another stream five seconds after one was closed. */
  async function hasComeBack(): Promise<void> {
    await visitor.page.waitForRequest(`**${EVENTS}`);
    await delay(500);
  }

  function requestsFor(context: BrowserContext, path: string): string[] {
    const seen: string[] = [];
    context.on('request', (request) => {
      if (new URL(request.url()).pathname === path) seen.push(request.url());
    });
    return seen;
  }

  it('shows it within five seconds, and typed text stays', async () => {
    await visitor.open(`/users/${userId}/messages/new`);
    await visitor.page.getByLabel('Message').fill('Half a thought');
    await delay(LISTENING);
    await endAllOthers();
    await banner(visitor).getByText(REVOKED).waitFor({ timeout: 5_000 });
    expect(visitor.path).toBe(`/users/${userId}/messages/new`);
    expect(await visitor.page.getByLabel('Message').inputValue()).toBe('Half a thought');

    const [login] = await Promise.all([
      visitor.context.waitForEvent('page'),
      banner(visitor).getByRole('link', { name: 'Log in again' }).click(),
    ]);
    await login.getByRole('heading', { name: 'Log in' }).waitFor();
    expect(new URL(login.url()).pathname).toBe('/users/login');
    expect(await visitor.page.getByLabel('Message').inputValue()).toBe('Half a thought');
  });

  it('is as accessible with its banner as without, in light and dark and at 320 px', async () => {
    const review = new PageReview(visitor.page, app.baseUrl);
    await visitor.open('/users/welcome');
    await delay(LISTENING);
    await endAllOthers();
    await banner(visitor).getByText(REVOKED).waitFor();
    // The browser itself logs the 401 when the page asks who is logged in.
    const noted = 'Failed to load resource: the server responded with a status of 401 (Unauthorized)';
    expect(await review.findings()).toEqual({ ...NO_FINDINGS, consoleErrors: [noted] });
  });

  it('says that the account was deleted or disabled, and offers no log-in, in every tab', async () => {
    const users = app.app.get(UsersService, { strict: false });
    const ends = [
      { text: 'Your account has been disabled.', end: () => users.disable(userId) },
      { text: 'This account was deleted.', end: () => users.remove(userId) },
    ];
    for (const { text, end } of ends) {
      const tabs = [visitor, await visitor.openTab()];
      for (const tab of tabs) await tab.open('/messages');
      await delay(LISTENING);
      await end();
      for (const tab of tabs) {
        await banner(tab).getByText(text).waitFor({ timeout: 5_000 });
        expect(await banner(tab).getByRole('link').count()).toBe(0);
      }
      await tabs[1].page.close();
      if (text.includes('disabled')) {
        await users.enable(userId);
        await visitor.logIn(`user${made}`);
      }
    }
  });

  it('shows it in every tab of the browser, of which only one has a stream', async () => {
    await visitor.page.goto('about:blank'); // the log-in page may have opened a stream
    const streams = requestsFor(visitor.context, EVENTS);
    const tabs = [visitor, await visitor.openTab(), await visitor.openTab()];
    for (const tab of tabs) await tab.open('/messages');
    await delay(LISTENING);
    expect(streams).toHaveLength(1);
    await endAllOthers();
    for (const tab of tabs) await banner(tab).getByText(REVOKED).waitFor({ timeout: 5_000 });
    await delay(LISTENING);
    expect(streams).toHaveLength(1);
    for (const tab of tabs) expect(await banner(tab).count()).toBe(1);
  });

  it('shows it if the tab with the stream was closed or logged out itself', async () => {
    const [second, third] = [await visitor.openTab(), await visitor.openTab()];
    for (const tab of [visitor, second, third]) await tab.open('/messages');
    await delay(LISTENING);
    await visitor.page.close();
    await delay(LISTENING);
    await second.logOut();
    await banner(third)
      .getByText(/You (have been signed out|are not logged in any more)\./)
      .waitFor({ timeout: 5_000 });
    expect(await second.flashes()).toEqual(['You have been signed out.']);
    expect(await banner(second).count()).toBe(0);
    await third.page.close();
    visitor = second;
  });

  it('keeps its stream after a log-in in another tab gave the session a new ID', async () => {
    await visitor.open('/messages');
    await delay(LISTENING);
    await logInInAnotherTab();
    await hasComeBack();
    await endAllOthers();
    await banner(visitor).getByText(REVOKED).waitFor({ timeout: 5_000 });
  });

  it('shows nothing and keeps its stream when another tab has logged out and in again', async () => {
    await visitor.open('/messages');
    await delay(LISTENING);
    await visitor.context.request.post('/api/v1/auth/logout', { headers: { Origin: app.baseUrl } });
    await logInInAnotherTab();
    await hasComeBack();
    expect(await banner(visitor).count()).toBe(0);
    await endAllOthers();
    await banner(visitor).getByText(REVOKED).waitFor({ timeout: 5_000 });
  });

  it('shows it too if it ended while the server was down', async () => {
    await visitor.open('/messages');
    await delay(LISTENING);
    await app.write("UPDATE sessions SET ended_at = 1, end_reason = 'revoked'");
    app = await app.restart();
    await banner(visitor).getByText('You are not logged in any more.').waitFor();
  });

  it('opens no stream while a user only clicks through pages, nor for a guest', async () => {
    const streams = requestsFor(visitor.context, EVENTS);
    for (const path of ['/messages', '/users', '/account']) await visitor.open(path);
    await visitor.logOut();
    await delay(LISTENING);
    expect(streams).toEqual([]);
  });
});

it('With too many streams, an open page shows nothing, works, and retries later', async () => {
  const app = await TestApp.startForBrowser({ EVENT_STREAMS: '0' });
  const browser = await launchChromium();
  try {
    await app.signUp('ada');
    const visitor = await Visitor.in(browser, app);
    await visitor.logIn('ada');
    await visitor.page.clock.install();
    const statuses: number[] = [];
    visitor.page.on('response', (response) => {
      if (new URL(response.url()).pathname === EVENTS) statuses.push(response.status());
    });
    await visitor.open('/messages');
    for (const [index, seconds] of [2, 61, 121].entries()) {
      await visitor.page.clock.fastForward(1_000 * seconds);
      await eventually(
        () => statuses.length,
        (asked) => asked === index + 1,
      );
      await visitor.page.clock.fastForward(50_000);
      await delay(500);
    }
    expect(statuses).toEqual([503, 503, 503]);
    expect(await visitor.page.getByRole('alert').count()).toBe(0);
  } finally {
    await browser.close();
    await app.close();
  }
});

it('Without JavaScript, the next page shows why the session ended', async () => {
  const app = await TestApp.startForBrowser();
  const browser = await launchChromium();
  try {
    await app.signUp('ada');
    const visitor = await Visitor.in(browser, app, { javaScriptEnabled: false });
    await visitor.logIn('ada');
    await visitor.open('/messages');
    await (await app.loggedIn('ada')).delete('/api/v1/auth/sessions').expect(204);
    await delay(3_000);
    expect(await visitor.page.getByRole('alert').count()).toBe(0);
    await visitor.open('/messages');
    expect(await visitor.flashes()).toEqual([REVOKED]);
  } finally {
    await browser.close();
    await app.close();
  }
});
