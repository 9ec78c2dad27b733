import type { Browser } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { Visitor } from '../support/visitor';

const PAYLOADS = [
  `<script>alert('script')</script>`,
  `"><img src=x onerror=alert('image')>`,
  `'><svg/onload=alert('svg')>`,
  `</textarea></title><script>alert('out')</script>`,
  `{{constructor.constructor('alert(1)')()}}`,
  `javascript:alert('address')`,
];

describe('Markup and script typed as text', () => {
  let app: TestApp;
  let browser: Browser;
  let visitor: Visitor;
  /** Dialogs opened by a script that ran, and what the browser had to say of one that it stopped. */
  let alarms: string[];

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
    alarms = [];
    visitor.page.on('dialog', (dialog) => {
      alarms.push(`dialog: ${dialog.message()}`);
      void dialog.dismiss();
    });
    visitor.page.on('console', (message) => {
      if (!message.text().startsWith('Failed to load resource')) alarms.push(message.text());
    });
  });
  afterEach(() => visitor.leave());

  it('is heard of when it runs, and when only the content security policy stops it', async () => {
    await visitor.open('/');
    await visitor.page.evaluate(`setTimeout(() => alert('ran'))`);
    await visitor.page.waitForEvent('dialog').catch(() => undefined);
    await visitor.page.evaluate(
      `document.body.insertAdjacentHTML('beforeend', '<img src="/x" onerror="0">')`,
    );
    await visitor.page.waitForTimeout(200);
    expect(alarms).toEqual(['dialog: ran', expect.stringContaining('Content Security Policy')]);
  });

  it('in messages is shown as it was typed, on the page and in the form', async () => {
    const { id, agent } = await app.user('grace');
    for (const content of PAYLOADS) {
      await agent.post(`/api/v1/users/${id}/messages`).send({ content }).expect(201);
    }
    await visitor.logIn('grace');
    await visitor.open('/messages');
    expect(await visitor.page.locator('.content').allInnerTexts()).toEqual([...PAYLOADS].reverse());
    for (const payload of PAYLOADS) {
      await visitor.open('/messages');
      const message = visitor.page.getByRole('main').getByRole('listitem').filter({ hasText: payload });
      await message.getByRole('link', { name: /^Edit/ }).click();
      expect(await visitor.page.getByLabel('Message').inputValue()).toBe(payload);
    }
    expect(alarms).toEqual([]);
  });

  it.each(PAYLOADS)(
    'as a username is refused, and stands in the field as it was typed: %s',
    async (payload) => {
      await visitor.open('/users/signup');
      await visitor.submit({ Username: payload, Password: PASSWORD }, 'Sign up');
      expect(await visitor.page.getByLabel('Username').inputValue()).toBe(payload);
      expect(await visitor.page.locator('#username-error').innerText()).toContain('Use only letters');
      expect(alarms).toEqual([]);
    },
  );

  it.each([
    `javascript:alert('address')`,
    `/users#<img src=x onerror=alert(1)>`,
    ...PAYLOADS.map((text) => `/${text}`),
  ])('as the way back after log-in leads to no script: %s', async (next) => {
    await visitor.open(`/users/login?next=${encodeURIComponent(next)}`);
    await visitor.submit({ Username: 'ada', Password: PASSWORD }, 'Log in');
    expect(new URL(visitor.page.url()).origin).toBe(app.baseUrl);
    expect(await visitor.isLoggedIn()).toBe(true);
    expect(alarms).toEqual([]);
  });

  it.each(PAYLOADS)(
    'in the cookies of the lab, which anyone may write, is shown as text: %s',
    async (payload) => {
      await visitor.open(`/lab/cookies/set?username=${encodeURIComponent(payload)}`);
      expect(await visitor.page.locator('.wire').innerText()).toBe(`username=${payload}`);
      const forged = `${Buffer.from(payload).toString('base64url')}.${encodeURIComponent(payload)}.x`;
      await visitor.context.addCookies([{ name: 'session', value: forged, url: app.baseUrl }]);
      await visitor.open('/lab');
      expect(await visitor.page.locator('.wire').allInnerTexts()).toContain(payload);
      expect(alarms).toEqual([]);
    },
  );

  it.each(PAYLOADS)('in an address that does not exist appears nowhere: %s', async (payload) => {
    await visitor.open(`/${encodeURIComponent(payload)}?q=${encodeURIComponent(payload)}`);
    expect(await visitor.page.content()).not.toContain('alert(');
    expect(alarms).toEqual([]);
  });
});
