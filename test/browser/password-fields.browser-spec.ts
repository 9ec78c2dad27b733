import type { Browser } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { Visitor } from '../support/visitor';

describe('A password field', () => {
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

  const field = (label = 'Password') => visitor.page.getByLabel(label, { exact: true });
  const button = (name: string) => visitor.page.getByRole('button', { name, exact: true });
  const says = (text: string) => visitor.page.getByRole('status').filter({ hasText: text }).waitFor();

  it('shows what is typed in it while a button is pressed, and is hidden again when it is sent', async () => {
    await visitor.open('/users/login');
    await field().fill('not the password');
    expect(await field().getAttribute('type')).toBe('password');
    await button('Show password').click();
    expect(await field().getAttribute('type')).toBe('text');
    await button('Hide password').click();
    expect(await field().getAttribute('type')).toBe('password');

    await button('Show password').click();
    await visitor.page.evaluate(
      `document.querySelector('main form').addEventListener('submit', (event) => event.preventDefault())`,
    );
    await visitor.submit({ Username: 'ada' }, 'Log in');
    expect(await field().getAttribute('type')).toBe('password');
  });

  it('says that Caps Lock is on, and no longer when it is off', async () => {
    await visitor.open('/users/login');
    const press = (isOn: boolean) =>
      visitor.page.evaluate(
        `document.getElementById('password').dispatchEvent(
          new KeyboardEvent('keydown', { key: 'A', modifierCapsLock: ${isOn} }))`,
      );
    await press(true);
    await says('Caps Lock is on.');
    await press(false);
    expect(await visitor.text()).not.toContain('Caps Lock');
  });

  it('for a new password tells how good it is, by the rules of the server', async () => {
    await visitor.open('/users/signup');
    await field('Username').fill('grace-hopper');
    const meter = visitor.page.locator('meter');
    expect(await meter.isVisible()).toBe(false);
    for (const [password, words] of [
      ['short', 'Use at least 8 characters.'],
      ['password1', 'This is too easy to guess.'],
      ['of grace-hopper', 'Leave out your name'],
      [PASSWORD, 'Strong.'],
    ]) {
      await field().fill(password);
      await says(words);
      expect(await meter.isVisible()).toBe(true);
    }
    expect(await meter.evaluate((element) => (element as unknown as { value: number }).value)).toBe(4);
    await field().fill('');
    expect(await meter.isVisible()).toBe(false);
  });

  it('knows the logged-in user, and says nothing of the current password', async () => {
    await visitor.logIn('ada');
    await visitor.open('/account/password');
    expect(await visitor.page.locator('meter').count()).toBe(1);
    await field('New password').fill('by ada, for ada');
    await says('Leave out your name');
    expect(await button('Show password').count()).toBe(2);
  });

  it('takes what is pasted, and is marked for password managers', async () => {
    await visitor.context.grantPermissions(['clipboard-read', 'clipboard-write']);
    await visitor.open('/users/signup');
    await visitor.page.evaluate(`navigator.clipboard.writeText('${PASSWORD}')`);
    await field().focus();
    await visitor.page.keyboard.press('Control+V');
    expect(await field().inputValue()).toBe(PASSWORD);
    expect(await field().getAttribute('autocomplete')).toBe('new-password');
    expect(await field().getAttribute('passwordrules')).toBe('minlength: 8; maxlength: 128;');
  });

  it('works as a plain one without script', async () => {
    const plain = await Visitor.in(browser, app, { javaScriptEnabled: false });
    await plain.signUp('plain');
    await plain.logIn('plain');
    expect(await plain.heading()).toBe('Welcome, plain');
    await plain.open('/account/password');
    expect(await plain.page.getByRole('main').getByRole('button').allInnerTexts()).toEqual([
      'Change password',
    ]);
    await plain.submit(
      { 'Current password': PASSWORD, 'New password': 'a heron in the rain' },
      'Change password',
    );
    expect(await plain.flashes()).toEqual(['Password Updated!']);
    await plain.leave();
  });

  it('stands above a box to tick that is square on a narrow screen too', async () => {
    await visitor.page.setViewportSize({ width: 320, height: 640 });
    await visitor.open('/users/login');
    const { width, height } = (await visitor.page.getByRole('checkbox').boundingBox())!;
    expect(Math.abs(width - height)).toBeLessThan(0.5);
  });
});
