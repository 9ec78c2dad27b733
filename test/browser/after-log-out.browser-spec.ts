import { setTimeout as delay } from 'node:timers/promises';
import type { Browser, CDPSession } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { Visitor } from '../support/visitor';

let app: TestApp;
let browser: Browser;
let visitor: Visitor;

beforeAll(async () => {
  app = await TestApp.startForBrowser();
  // Enables the back-forward cache, which Playwright turns off.
  browser = await launchChromium({ ignoreDefaultArgs: ['--disable-back-forward-cache'] });
  await app.signUp('ada');
});
afterAll(async () => {
  await browser.close();
  await app.close();
});
beforeEach(async () => {
  visitor = await Visitor.in(browser, app);
  await visitor.logIn('ada');
});
afterEach(() => visitor.leave());

/** Goes back, which Playwright itself does not follow into the cache. */
async function goBack({ page }: Visitor): Promise<{ kind: string; text: string }> {
  const browserOf: CDPSession = await page.context().newCDPSession(page);
  await browserOf.send('Page.enable');
  const arrived = new Promise<string>((resolve) => {
    browserOf.on('Page.frameNavigated', ({ type }) => resolve(type));
  });
  await browserOf.send('Runtime.evaluate', { expression: 'history.back()' });
  const kind = await arrived;
  const { result } = await browserOf.send('Runtime.evaluate', {
    expression: `new Promise((done) => {
      const read = () => done(location.pathname + ' ' + document.body.innerText);
      if (document.readyState === 'complete') read(); else addEventListener('load', read);
    })`,
    awaitPromise: true,
  });
  return { kind, text: result.value as string };
}

it("While logged in, the back button restores a page from the browser's cache", async () => {
  await visitor.page.waitForURL('**/users/welcome'); // a page that is left while it loads is not kept
  await visitor.open('/messages');
  const { kind, text } = await goBack(visitor);
  expect(kind).toBe('BackForwardCacheRestore');
  expect(text).toContain('Welcome, ada');
});

it('While logged in, a restored page reopens its event stream', async () => {
  await delay(2_000); // it begins to listen after one
  await visitor.open('/messages');
  expect((await goBack(visitor)).kind).toBe('BackForwardCacheRestore');
  await delay(2_000);
  await (await app.loggedIn('ada')).delete('/api/v1/auth/sessions').expect(204);

  const browserOf = await visitor.page.context().newCDPSession(visitor.page);
  const { result } = await browserOf.send('Runtime.evaluate', {
    expression: `new Promise((done) => {
      const look = () => {
        const banner = document.querySelector('[role=alert]');
        if (banner) done(banner.innerText); else setTimeout(look, 100);
      };
      look();
    })`,
    awaitPromise: true,
    timeout: 6_000,
  });
  expect(result.value).toContain('This session was ended from another device.');
});

describe('After log-out', () => {
  it('the back button shows no protected page', async () => {
    await visitor.logOut();
    const { kind, text } = await goBack(visitor);
    expect(kind).toBe('Navigation');
    expect(text).toMatch(/^\/users\/login /);
    expect(text).not.toContain('ada');
  });

  it('the back button shows no protected page in another tab', async () => {
    const otherTab = await visitor.openTab();
    await otherTab.open('/users/welcome');
    await otherTab.open('/messages');
    await visitor.logOut();
    const { kind, text } = await goBack(otherTab);
    expect(kind).toBe('Navigation');
    expect(text).toMatch(/^\/users\/login /);
    expect(text).not.toContain('ada');
  });

  it('a form sent from another tab redirects to the log-in page, and nothing is written', async () => {
    const otherTab = await visitor.openTab();
    await otherTab.open('/users/welcome');
    await otherTab.follow('Write a message');
    await visitor.logOut();
    await otherTab.submit({ Message: 'Written too late' }, 'Post message');
    expect(otherTab.path).toBe('/users/login');
    expect(await otherTab.flashes()).toEqual(['Please log in first']);
    await otherTab.open('/messages');
    expect(await otherTab.text()).not.toContain('Written too late');
  });

  it('a second log-out from another tab works', async () => {
    const otherTab = await visitor.openTab();
    await otherTab.open('/messages');
    await visitor.logOut();
    await otherTab.logOut();
    expect(otherTab.path).toBe('/users/login');
    expect(await otherTab.flashes()).toEqual(['You have been signed out.']);
  });
});

describe('After another user has logged in', () => {
  it('a form of the first user, still open in another tab, is refused', async () => {
    await app.signUp('grace');
    const otherTab = await visitor.openTab();
    await otherTab.open('/users/welcome');
    await otherTab.follow('Write a message');
    await visitor.logOut();
    await visitor.submit({ Username: 'grace', Password: PASSWORD }, 'Log in');

    await otherTab.submit({ Message: 'By ada, not by grace' }, 'Post message');
    expect(otherTab.path).toBe('/users/welcome');
    expect(await otherTab.flashes()).toContain('Not Authorized');
    await otherTab.open('/messages');
    expect(await otherTab.text()).not.toContain('By ada, not by grace');
  });
});
