import type { Browser } from 'playwright-core';
import { PASSWORD, TestApp } from '../support/app';
import { launchChromium } from '../support/chromium';
import { Visitor } from '../support/visitor';

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

describe.each([
  { how: 'with JavaScript', javaScriptEnabled: true, username: 'ada' },
  { how: 'without JavaScript', javaScriptEnabled: false, username: 'grace' },
])('A whole visit $how', ({ javaScriptEnabled, username }) => {
  let visitor: Visitor;

  beforeAll(async () => {
    visitor = await Visitor.in(browser, app, { javaScriptEnabled });
  });
  afterAll(() => visitor.leave());

  it('begins with a sign-up that does not log in', async () => {
    await visitor.open('/');
    await visitor.follow('Sign up');
    await visitor.submit({ Username: username, Password: PASSWORD }, 'Sign up');
    expect(visitor.path).toBe('/users/login');
    expect(await visitor.flashes()).toEqual(['User Created!']);
    expect(await visitor.isLoggedIn()).toBe(false);
  });

  it('logs in with a flash that is gone after a reload', async () => {
    await visitor.submit({ Username: username, Password: PASSWORD }, 'Log in');
    expect(visitor.path).toBe('/users/welcome');
    expect(await visitor.heading()).toBe(`Welcome, ${username}`);
    expect(await visitor.flashes()).toEqual(["You've successfully logged in!"]);
    await visitor.page.reload();
    expect(await visitor.heading()).toBe(`Welcome, ${username}`);
    expect(await visitor.flashes()).toEqual([]);
  });

  it('changes the username, which the form had filled in', async () => {
    await visitor.follow('Edit your account');
    expect(await visitor.page.getByLabel('Username').inputValue()).toBe(username);
    await visitor.submit({ Username: `${username}.lovelace` }, 'Save changes');
    expect(await visitor.flashes()).toEqual(['User Updated!']);
    expect(await visitor.heading()).toBe(`${username}.lovelace`);
  });

  it('writes a message, which all visitors see as typed', async () => {
    await visitor.open('/users/welcome');
    await visitor.follow('Write a message');
    await visitor.submit({ Message: 'Hello,\n  <b>world</b> & all' }, 'Post message');
    expect(await visitor.flashes()).toEqual(['Message Created!']);
    await visitor.open('/messages');
    expect(await visitor.page.locator('.content').first().innerText()).toBe('Hello,\n  <b>world</b> & all');
  });

  it('edits the message', async () => {
    await visitor.page.getByRole('link', { name: /^Edit/ }).click();
    expect(await visitor.page.getByLabel('Message').inputValue()).toBe('Hello,\n  <b>world</b> & all');
    await visitor.submit({ Message: 'Hello again' }, 'Save changes');
    expect(await visitor.flashes()).toEqual(['Message Updated!']);
    expect(await visitor.page.locator('.content').innerText()).toBe('Hello again');
  });

  it('deletes the message', async () => {
    await visitor.submit({}, 'Delete message');
    expect(await visitor.flashes()).toEqual(['Message Deleted!']);
    expect(await visitor.text()).toContain('You have not written anything yet.');
  });

  it('logs out, and closed pages redirect to the log-in and back', async () => {
    await visitor.logOut();
    expect(visitor.path).toBe('/users/login');
    expect(await visitor.flashes()).toEqual(['You have been signed out.']);

    await visitor.open('/users?limit=50');
    expect(visitor.path).toBe(`/users/login?next=${encodeURIComponent('/users?limit=50')}`);
    expect(await visitor.flashes()).toEqual(['Please log in first']);
    await visitor.submit({ Username: `${username}.lovelace`, Password: PASSWORD }, 'Log in');
    expect(visitor.path).toBe('/users?limit=50');
  });

  it('ends with the deletion of the account, which can no longer log in', async () => {
    await visitor.open('/users/welcome');
    await visitor.follow('Edit your account');
    await visitor.submit({}, 'Delete your account');
    expect(await visitor.flashes()).toEqual(['User Deleted!']);
    expect(await visitor.isLoggedIn()).toBe(false);

    await visitor.logIn(`${username}.lovelace`);
    expect(visitor.path).toBe('/users/login');
    expect(await visitor.flashes()).toEqual(['Invalid credentials. Please try again.']);
  });
});

describe('A mistake in a form', () => {
  let visitor: Visitor;

  beforeEach(async () => {
    visitor = await Visitor.in(browser, app);
  });
  afterEach(() => visitor.leave());

  it('is explained at its field, which the summary links to; valid input is shown again, the password is not', async () => {
    await visitor.open('/users/signup');
    const mistakes = { Username: 'two words', 'E-mail (optional)': 'ada@example.com', Password: PASSWORD };
    await visitor.submit(mistakes, 'Sign up');

    const summary = visitor.page.getByRole('alert');
    await summary.getByRole('link', { name: /^Use only letters/ }).click();
    const field = visitor.page.getByLabel('Username');
    expect(await visitor.page.locator(':focus').getAttribute('name')).toBe('username');
    expect(await field.getAttribute('aria-invalid')).toBe('true');
    expect(await visitor.page.locator('#username-error').innerText()).toMatch(/^Error:\s+Use only letters/);
    expect(await visitor.page.title()).toMatch(/^Error: Sign up/);

    expect(await field.inputValue()).toBe('two words');
    expect(await visitor.page.getByLabel('E-mail').inputValue()).toBe('ada@example.com');
    expect(await visitor.page.getByLabel('Password').inputValue()).toBe('');
  });

  it('that no form can show is explained on the error page', async () => {
    await visitor.open('/lab/cookies');
    await visitor.submit({ 'Name to keep in the cookie': 'n'.repeat(201) }, 'Set the cookie');
    expect(await visitor.page.getByRole('main').getByRole('listitem').allInnerTexts()).toEqual([
      'username Use at most 200 characters.',
    ]);
  });

  it('with a taken name shows the form with that name', async () => {
    await visitor.signUp('hopper');
    await visitor.signUp('HOPPER');
    expect(visitor.path).toBe('/users/signup');
    expect(await visitor.flashes()).toEqual(['Invalid submission. Please try again.']);
    expect(await visitor.page.getByLabel('Username').inputValue()).toBe('HOPPER');
    expect(await visitor.page.getByLabel('Password').inputValue()).toBe('');
  });
});
