import type { IncomingMessage } from 'node:http';
import type { Browser } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { Mailbox } from '../support/mailbox';
import { Visitor } from '../support/visitor';

const NEW = 'a heron stands in the rain';

let app: TestApp;
let browser: Browser;

beforeAll(async () => {
  app = await TestApp.startForBrowser();
  browser = await launchChromium();
});
afterAll(async () => {
  await browser.close();
  await app.close();
});

/** Leaves Origin to tell where a form comes from: under the policy `no-referrer` a browser sends `null`. */
const hideSite = ({ headers }: IncomingMessage) => delete headers['sec-fetch-site'];

describe.each([
  { how: 'with JavaScript', javaScriptEnabled: true, username: 'ada' },
  {
    how: 'in an old browser, without JavaScript and Sec-Fetch-Site',
    javaScriptEnabled: false,
    username: 'grace',
  },
])('A password that is forgotten $how', ({ javaScriptEnabled, username }) => {
  const email = `${username}@example.com`;
  let visitor: Visitor;
  /** Where the browser has been, as its history and the address bar have it. */
  const visited: string[] = [];

  beforeAll(async () => {
    visitor = await Visitor.in(browser, app, { javaScriptEnabled });
    visitor.page.on('framenavigated', (frame) => visited.push(frame.url()));
    if (!javaScriptEnabled) app.server.prependListener('request', hideSite);
  });
  afterAll(async () => {
    app.server.off('request', hideSite);
    await visitor.leave();
  });

  const field = () => visitor.page.getByLabel('New password', { exact: true });
  async function openMailedLink(): Promise<string> {
    const [link] = (await new Mailbox(app).latest(email)).links;
    await visitor.open(link);
    return link.split('/').at(-1)!;
  }

  /** Neither in an address that was shown, nor on the page. */
  async function expectHidden(token: string): Promise<void> {
    expect(token).toMatch(/^[\w-]{43}$/);
    expect(visited.filter((address) => address.includes(token))).toEqual([]);
    expect(await visitor.page.content()).not.toContain(token);
  }

  it('belongs to an account whose address was confirmed by a mailed link and a button', async () => {
    await visitor.open('/users/signup');
    await visitor.submit({ Username: username, 'E-mail (optional)': email, Password: PASSWORD }, 'Sign up');
    await visitor.logIn(username);
    await visitor.open('/account/email');
    expect(await visitor.text()).toContain('Not confirmed');

    const token = await openMailedLink();
    expect(visitor.path).toBe('/users/confirm-email');
    await expectHidden(token);
    await visitor.submit({}, 'Confirm this address');
    expect(visitor.path).toBe('/account/email');
    expect(await visitor.flashes()).toEqual(['Your e-mail address is confirmed.']);
    expect(await visitor.text()).not.toContain('Not confirmed');
    await visitor.logOut();
  });

  it('is asked for on the page of the log-in', async () => {
    await visitor.open('/users/login');
    await visitor.follow('Forgot your password?');
    await visitor.submit({ 'E-mail': email }, 'Send the link');
    expect(visitor.path).toBe('/users/login');
    expect(await visitor.flashes()).toEqual([
      'If an account has this e-mail address, a link to choose a new password goes there, at most five times in an hour.',
    ]);
  });

  it('is replaced by way of a mailed link, whose token no address shows', async () => {
    const token = await openMailedLink();
    expect(visitor.path).toBe('/users/password-reset/password');
    await expectHidden(token);
    expect(await visitor.text()).toContain(username);

    await visitor.submit({ 'New password': 'short' }, 'Set password');
    expect(await visitor.page.locator('#password-error').innerText()).toMatch(/Use at least 8 characters/);
    await expectHidden(token);
    if (javaScriptEnabled) await expectHelp();

    await visitor.submit({ 'New password': NEW }, 'Set password');
    expect(visitor.path).toBe('/users/login');
    expect(await visitor.flashes()).toEqual(['Password Updated! Please log in with the new one.']);
    expect(await visitor.isLoggedIn()).toBe(false);
    await expectHidden(token);
  });

  /** What script adds to a field for a new password. */
  async function expectHelp(): Promise<void> {
    const says = (text: string) => visitor.page.getByRole('status').filter({ hasText: text }).waitFor();
    await field().fill(`of ${username}, for ${username}`);
    await says('Leave out your name');
    await field().fill(NEW);
    await says('Strong.');
    expect(await visitor.page.locator('meter').isVisible()).toBe(true);
    await visitor.page.getByRole('button', { name: 'Show password', exact: true }).click();
    expect(await field().getAttribute('type')).toBe('text');
  }

  it('is not good any more, the new one is, and the link is dead', async () => {
    await visitor.logIn(username);
    expect(await visitor.flashes()).toEqual(['Invalid credentials. Please try again.']);
    await visitor.submit({ Username: username, Password: NEW }, 'Log in');
    expect(await visitor.heading()).toBe(`Welcome, ${username}`);

    const links = (await new Mailbox(app).to(email)).flatMap((mail) => mail.links);
    await visitor.open(links.find((link) => link.includes('/password-reset/'))!);
    expect(await visitor.heading()).toBe('This link does not work any more');
  });
});
