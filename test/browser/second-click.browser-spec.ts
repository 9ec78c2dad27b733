import { setTimeout as delay } from 'node:timers/promises';
import type { Browser } from 'playwright-core';
import { freePort, PASSWORD, TestApp } from '../support/app';
import { entries } from '../support/audit';
import { launchChromium } from '../support/chromium';
import { confirmEmail, Mailbox } from '../support/mailbox';
import { SlowLink } from '../support/slow-link';
import { Visitor } from '../support/visitor';

const NEW_PASSWORD = 'another horse battery staple';
const APART = 100;
const LATENESS = 40;

/** What a visitor fills in and presses twice, what it does, and what they see then. */
interface Case {
  form: string;
  /** @returns where it leads. */
  open(visitor: Visitor, member: { id: number; name: string }): Promise<string>;
  fields: Record<string, string>;
  button: string;
  effect: string;
  flash: string;
  isGuest?: boolean;
}

describe.each([
  ['with JavaScript', true],
  ['without JavaScript', false],
])('A double click in a browser %s, over a slow line', (_, javaScriptEnabled) => {
  let app: TestApp;
  let link: SlowLink;
  let browser: Browser;
  let count = 0;

  beforeAll(async () => {
    const port = await freePort();
    link = await SlowLink.to(`http://localhost:${port}`);
    link.lateness = LATENESS;
    const baseUrl = new URL(link.through(`http://localhost:${port}`)).origin;
    app = await TestApp.start({ PORT: String(port), BASE_URL: baseUrl, BCRYPT_COST: '12' });
    browser = await launchChromium();
  });
  afterAll(async () => {
    await browser.close();
    await link.close();
    await app.close();
  });

  /** @returns whether both clicks met the form: on a busy machine the next page can be there before the second. */
  async function doubleClick(
    { page }: Visitor,
    fields: Record<string, string>,
    button: string,
  ): Promise<boolean> {
    const main = page.getByRole('main');
    for (const [label, value] of Object.entries(fields))
      await main.getByLabel(label, { exact: true }).fill(value);
    const pressed = main.getByRole('button', { name: button, exact: true });
    let sent = 0;
    page.on('request', (request) => (sent += request.method() === 'POST' ? 1 : 0));
    if (javaScriptEnabled) {
      await pressed.evaluate((element: { click(): void }, apart) => {
        element.click();
        setTimeout(() => element.click(), apart);
      }, APART);
    } else {
      await pressed.scrollIntoViewIfNeeded();
      const { x, y, width, height } = (await pressed.boundingBox())!;
      await page.mouse.click(x + width / 2, y + height / 2);
      await delay(APART);
      await page.mouse.click(x + width / 2, y + height / 2);
    }
    for (let waited = 0; sent < 2 && waited < 10; waited += 1) await delay(APART);
    if (sent < 2) return false;
    await page.locator('.flash').waitFor();
    await page.waitForLoadState();
    return true;
  }
  const happened = async (effect: string) => {
    if (effect === 'messages') return app.dataSource.getRepository('messages').count();
    return (await entries(app)).filter((entry) => entry.name === effect).length;
  };

  const cases: Case[] = [
    {
      form: 'a change of the password',
      open: async (visitor) => {
        await visitor.open('/account/password');
        return '/account';
      },
      fields: { 'Current password': PASSWORD, 'New password': NEW_PASSWORD },
      button: 'Change password',
      effect: 'password.changed',
      flash: 'Password Updated!',
    },
    {
      form: 'a new message',
      open: async (visitor, { id }) => {
        await visitor.open(`/users/${id}/messages/new`);
        return `/users/${id}/messages`;
      },
      fields: { Message: 'Hello' },
      button: 'Post message',
      effect: 'messages',
      flash: 'Message Created!',
    },
    {
      form: 'the deletion of a message',
      open: async (visitor, { id, name }) => {
        const agent = await app.loggedIn(name);
        const { body } = await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'Hello' });
        await visitor.open(`/users/${id}/messages/${(body as { id: number }).id}`);
        return `/users/${id}/messages`;
      },
      fields: {},
      button: 'Delete message',
      effect: 'messages',
      flash: 'Message Deleted!',
    },
    {
      form: 'a change of the e-mail address',
      open: async (visitor) => {
        await visitor.open('/account/email');
        return '/account/email';
      },
      fields: { 'New e-mail address': 'new-NAME@example.com' },
      button: 'Send the link',
      effect: 'email.changeRequested',
      flash:
        'The new address takes effect when you open the link that goes there, and confirm. At most five links go to one address in an hour.',
    },
    {
      form: 'the end of the account',
      open: async (visitor) => {
        await visitor.open('/account/delete');
        return '/';
      },
      fields: { 'Current password': PASSWORD },
      button: 'Delete your account',
      effect: 'user.deleted',
      flash: 'User Deleted!',
      isGuest: true,
    },
    {
      form: 'a sign-up',
      open: async (visitor) => {
        await visitor.context.clearCookies();
        await visitor.open('/users/signup');
        return '/users/login';
      },
      fields: { Username: 'second-NAME', Password: PASSWORD },
      button: 'Sign up',
      effect: 'user.signedUp',
      flash: 'User Created!',
      isGuest: true,
    },
    {
      form: 'a new password by a link',
      open: async (visitor, { name }) => {
        const address = `${name}@example.com`;
        await confirmEmail(app, address);
        await visitor.context.clearCookies();
        await app.agent().post('/api/v1/auth/password-reset').send({ email: address }).expect(204);
        await visitor.open(`/users/password-reset/${await new Mailbox(app).token(address)}`);
        return '/users/login';
      },
      fields: { 'New password': NEW_PASSWORD },
      button: 'Set password',
      effect: 'password.reset',
      flash: 'Password Updated! Please log in with the new one.',
      isGuest: true,
    },
  ];

  // Without JavaScript all forms go the same way: one of each kind.
  const few = ['a change of the password', 'a new message', 'a sign-up'];
  const shown = cases.filter(({ form }) => javaScriptEnabled || few.includes(form));

  it.each(shown.map((one) => [one.form, one] as const))(
    'has one effect and shows the good page: %s',
    async (_form, { open, fields, button, effect, flash, isGuest = false }) => {
      for (let tries = 0, isDouble = false; !isDouble; tries += 1) {
        if (tries === 5) throw new Error('The second click never came in time');
        const name = `member${(count += 1)}`;
        const account = { username: name, password: PASSWORD, email: `${name}@example.com` };
        const { body } = await app.agent().post('/api/v1/auth/signup').send(account).expect(201);
        const visitor = await Visitor.in(browser, app, { javaScriptEnabled });
        await visitor.context.request.post('/api/v1/auth/login', {
          headers: { Origin: app.baseUrl },
          data: { username: name, password: PASSWORD },
        });
        const path = await open(visitor, { id: (body as { id: number }).id, name });
        const before = await happened(effect);
        const typed = Object.entries(fields).map(([label, text]) => [label, text.replace('NAME', name)]);
        isDouble = await doubleClick(visitor, Object.fromEntries(typed) as Record<string, string>, button);
        if (isDouble) {
          expect(visitor.path).toBe(path);
          expect(await visitor.flashes()).toEqual([flash]);
          expect(await visitor.isLoggedIn()).toBe(!isGuest);
          expect(Math.abs((await happened(effect)) - before)).toBe(1);
        }
        await visitor.leave();
      }
    },
    120_000,
  );
});
