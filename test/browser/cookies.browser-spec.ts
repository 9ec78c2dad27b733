import type { Browser } from 'playwright-core';
import { TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { Visitor } from '../support/visitor';

describe('A script of the page', () => {
  let app: TestApp;
  let browser: Browser;
  let visitor: Visitor;

  beforeAll(async () => {
    app = await TestApp.startForBrowser();
    browser = await launchChromium();
    await app.signUp('ada');
  });
  afterAll(async () => {
    await browser.close();
    await app.close();
  });
  beforeEach(async () => {
    visitor = await Visitor.in(browser, app);
  });
  afterEach(() => visitor.leave());

  const seenByScript = () => visitor.page.evaluate<string>('document.cookie');
  const kept = async (name: string) =>
    (await visitor.context.cookies()).find((cookie) => cookie.name === name);

  it('cannot read the session or the counter', async () => {
    await visitor.open('/start_counter');
    await visitor.logIn('ada');
    expect(await kept('sid')).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', expires: -1 });
    expect(await kept('session')).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/', expires: -1 });
    expect(await seenByScript()).toBe('');
  });

  it('cannot read the flash of a guest', async () => {
    await visitor.open('/messages');
    // Not followed, so that no page shows the flash and takes it away.
    await visitor.page.evaluate("fetch('/users/logout', { method: 'POST', redirect: 'manual' })");
    expect(await kept('flash')).toMatchObject({ httpOnly: true, sameSite: 'Lax', path: '/' });
    expect(await seenByScript()).toBe('');
  });

  it("can read and change the lab's plain cookie, and the page believes it", async () => {
    await visitor.open('/lab/cookies');
    await visitor.submit({ 'Name to keep in the cookie': 'grace' }, 'Set the cookie');
    expect(await seenByScript()).toBe('username=grace');
    expect(await visitor.text()).toContain('username=grace');

    await visitor.page.evaluate("document.cookie = 'username=mallory; path=/'");
    await visitor.page.reload();
    expect(await visitor.text()).toContain('username=mallory');
  });

  it('cannot replace the session cookie', async () => {
    await visitor.logIn('ada');
    const real = await kept('sid');
    await visitor.page.evaluate("document.cookie = 'sid=planted; path=/'");
    expect(await kept('sid')).toEqual(real);
    expect(await visitor.isLoggedIn()).toBe(true);
  });

  it("can decode the counter's cookie with atob if it has it", async () => {
    await visitor.open('/start_counter');
    await visitor.open('/count');
    await visitor.open('/count');
    const [payload] = (await kept('session'))!.value.split('.');
    expect(JSON.parse(await visitor.page.evaluate<string>(`atob('${payload}')`))).toEqual({ count: 2 });
  });

  it('cannot forge the counter', async () => {
    await visitor.open('/start_counter');
    const cookie = (await kept('session'))!;
    const [, ...seal] = cookie.value.split('.');
    const forged = [Buffer.from('{"count":1000}').toString('base64url'), ...seal].join('.');
    await visitor.context.addCookies([{ ...cookie, value: forged }]);
    await visitor.open('/get_count');
    expect(await visitor.text()).toBe('No counter set!');
  });
});
