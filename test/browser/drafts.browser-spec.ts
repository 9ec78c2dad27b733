import type { Browser } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { endSessions } from '../support/drafts';
import { Visitor } from '../support/visitor';

describe('A message that meets an ended session', () => {
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

  it.each([
    { how: 'with JavaScript', javaScriptEnabled: true, username: 'ada' },
    { how: 'without JavaScript', javaScriptEnabled: false, username: 'grace' },
  ])('is there again after the log-in, and stored when it is sent, $how', async (visit) => {
    const { javaScriptEnabled, username } = visit;
    const id = await app.signUp(username);
    const visitor = await Visitor.in(browser, app, { javaScriptEnabled });
    await visitor.logIn(username);
    await visitor.follow('Write a message');
    const text = 'A long letter,\n  <b>indented</b> & all';
    await endSessions(app, id, 'revoked');
    await visitor.submit({ Message: text }, 'Post message');

    expect(visitor.path).toBe('/users/login');
    expect(await visitor.flashes()).toEqual(
      expect.arrayContaining([
        'This session was ended from another device.',
        `What you wrote is kept for 10 minutes. Log in as ${username} to go on.`,
      ]),
    );
    expect(await visitor.page.getByLabel('Username').inputValue()).toBe(username);
    await visitor.submit({ Password: PASSWORD }, 'Log in');

    expect(visitor.path).toBe('/account/kept-form');
    expect(await visitor.page.getByRole('status').allInnerTexts()).toContain(
      'What you wrote is not saved yet. Check it, then send it again.',
    );
    expect(await visitor.page.getByLabel('Message').inputValue()).toBe(text);
    await visitor.submit({}, 'Post message');

    expect(await visitor.flashes()).toEqual(['Message Created!']);
    expect(await visitor.page.locator('.content').innerText()).toBe(text);
    expect((await visitor.context.cookies()).map(({ name }) => name)).not.toContain('form');
    await visitor.leave();
  });
});
