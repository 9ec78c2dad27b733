import { readFile } from 'node:fs/promises';
import type { Browser } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { Visitor } from '../support/visitor';

describe('With a keyboard alone', () => {
  let app: TestApp;
  let browser: Browser;
  let visitor: Visitor;

  beforeAll(async () => {
    app = await TestApp.startForBrowser();
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });
  beforeEach(async () => {
    visitor = await Visitor.in(browser, app);
  });
  afterEach(() => visitor.leave());

  const press = (key: string) => visitor.page.keyboard.press(key);
  const focused = () => visitor.page.locator(':focus');
  /** @param property of the element that has the focus, written as a script of the page would. */
  const ofFocused = (property: string) =>
    visitor.page.evaluate<unknown>(`(({ activeElement: element }) => ${property})(document)`);

  /** Presses Tab until an element of this name has the focus, as a sighted user would. */
  async function tabTo(name: string): Promise<void> {
    for (let steps = 0; steps < 25; steps++) {
      await press('Tab');
      if ((await ofFocused('(element.labels?.[0] ?? element).innerText.trim()')) === name) return;
    }
    throw new Error(`${name} cannot be reached by Tab`);
  }

  it('a user can sign up and log in', async () => {
    await visitor.open('/');
    await tabTo('Sign up');
    await press('Enter');
    await visitor.page.waitForURL('**/users/signup');
    await tabTo('Username');
    await visitor.page.keyboard.type('ada');
    await tabTo('Password');
    await visitor.page.keyboard.type(PASSWORD);
    await press('Enter');
    await visitor.page.waitForURL('**/users/login');
    await tabTo('Username');
    await visitor.page.keyboard.type('ada');
    await tabTo('Password');
    await visitor.page.keyboard.type(PASSWORD);
    await tabTo('Log in');
    await press('Enter');
    await visitor.page.waitForURL('**/users/welcome');
    expect(await visitor.heading()).toBe('Welcome, ada');
  });

  it.each([
    { how: 'with JavaScript', javaScriptEnabled: true, username: 'grace' },
    { how: 'without JavaScript', javaScriptEnabled: false, username: 'hedy' },
  ])('a user reauthenticates on the way to an export, $how', async (visit) => {
    const { javaScriptEnabled, username } = visit;
    await app.signUp(username);
    await visitor.leave();
    visitor = await Visitor.in(browser, app, { javaScriptEnabled });
    await visitor.logIn(username);
    app.clock.advance(11 * 60_000);
    await visitor.open('/account');
    await tabTo('Export your data');
    await press('Enter');
    await visitor.page.waitForURL('**/account/export');
    await tabTo('Confirm with your password');
    await press('Enter');
    await visitor.page.waitForURL('**/account/reauthenticate?next=/account/export');
    await tabTo('Password');
    await visitor.page.keyboard.type(PASSWORD);
    await press('Enter');
    await visitor.page.waitForURL(({ pathname }) => pathname === '/account/export');
    await tabTo('Download');
    const [download] = await Promise.all([visitor.page.waitForEvent('download'), press('Enter')]);
    expect(await readFile(await download.path(), 'utf8')).toContain(`"${username}"`);
  });

  it('the first Tab shows a link that skips the navigation', async () => {
    await visitor.open('/users/login');
    const skip = visitor.page.getByRole('link', { name: 'Skip to main content' });
    expect((await skip.boundingBox())!.y).toBeLessThan(0);
    await press('Tab');
    expect(await focused().innerText()).toBe('Skip to main content');
    expect((await skip.boundingBox())!.y).toBeGreaterThanOrEqual(0);
    await press('Enter');
    await press('Tab');
    expect(await focused().getAttribute('name')).toBe('username');
  });

  it('the focus is visible on every stop of a page', async () => {
    await visitor.open('/users/signup');
    const outlines = [];
    for (let steps = 0; steps < 10; steps++) {
      await press('Tab');
      outlines.push(await ofFocused('getComputedStyle(element).outlineWidth'));
    }
    expect(outlines).toEqual(Array(10).fill('3px'));
  });

  it('a refused form puts the focus on the summary of what is wrong', async () => {
    await visitor.open('/users/signup');
    await visitor.submit({ Username: 'two words', Password: PASSWORD }, 'Sign up');
    expect(await focused().innerText()).toContain('There is a problem');
  });
});
