import { PASSWORD, TestApp } from '../support/app';
import { entries, written } from '../support/audit';
import { CookieJar } from '../support/cookie-jar';
import { confirmEmail, Mailbox } from '../support/mailbox';
import { flashes } from '../support/page';
import { MOMENTS, OpenForm } from '../support/second-click';

const NEW_PASSWORD = 'another horse battery staple';

interface Sender {
  id: number;
  name: string;
  jar: CookieJar;
}

/** A form, the user who has it open, and the effect of pressing its button once. */
interface Case {
  form: string;
  open(sender: Sender): Promise<OpenForm>;
  fields?: (sender: Sender) => Record<string, string>;
  /** What must have happened once: an event of this name, or as many rows as this one. */
  effect: string;
  location: string | RegExp;
  flash: string[];
  isGuest?: boolean;
}

describe.each(['one instance', 'two instances'])('A form that is sent twice, to %s,', (where) => {
  let app: TestApp;
  let both: [TestApp, TestApp];
  let mailbox: Mailbox;
  let count = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    both = [app, where === 'one instance' ? app : await app.another()];
    mailbox = new Mailbox(app);
  });
  afterAll(() => app.close());

  async function member(remember?: 'on'): Promise<Sender> {
    const name = `member${(count += 1)}`;
    const { body } = await app
      .agent()
      .post('/api/v1/auth/signup')
      .send({ username: name, password: PASSWORD, email: `${name}@example.com` });
    const jar = new CookieJar();
    await jar.logIn(app, name, remember);
    await jar.open(app); // shows the flash of the log-in
    return { id: (body as { id: number }).id, name, jar };
  }
  const at =
    (page: string, action = page) =>
    ({ jar }: Sender) =>
      OpenForm.at(app, jar, page, action);
  const guest = async ({ jar }: Sender) => {
    await jar.submit(app, '/users/logout');
    await jar.open(app, '/');
  };
  async function message({ id, jar }: Sender): Promise<string> {
    await jar.submit(app, `/users/${id}/messages`, { content: 'A message' });
    const page = await jar.open(app, `/users/${id}/messages`);
    return new RegExp(`/users/${id}/messages/\\d+`).exec(page.text)![0];
  }
  const happened = async (effect: string): Promise<number> => {
    if (effect === 'mails') return (await mailbox.all()).length;
    if (effect === 'messages') {
      const [{ n }] = await app.dataSource.query<{ n: number | string }[]>(
        'SELECT count(*) AS n FROM messages',
      );
      return Number(n);
    }
    await written(...both);
    return (await entries(app)).filter(({ name }) => name === effect).length;
  };

  const cases: Case[] = [
    {
      form: 'a new message',
      open: ({ id, jar }) => OpenForm.at(app, jar, `/users/${id}/messages/new`, `/users/${id}/messages`),
      fields: () => ({ content: 'Hello' }),
      effect: 'messages',
      location: /^\/users\/\d+\/messages$/,
      flash: ['Message Created!'],
    },
    {
      form: 'the deletion of a message',
      open: async (sender) => {
        const path = await message(sender);
        return OpenForm.at(app, sender.jar, path, `${path}?_method=DELETE`);
      },
      effect: 'messages',
      location: /^\/users\/\d+\/messages$/,
      flash: ['Message Deleted!'],
    },
    {
      form: 'a change of the password',
      open: at('/account/password'),
      fields: () => ({ currentPassword: PASSWORD, newPassword: NEW_PASSWORD }),
      effect: 'password.changed',
      location: '/account',
      flash: ['Password Updated!'],
    },
    {
      form: 'a change of the e-mail address',
      open: at('/account/email'),
      fields: ({ name }) => ({ email: `new-${name}@example.com` }),
      effect: 'email.changeRequested',
      location: '/account/email',
      flash: [
        'The new address takes effect when you open the link that goes there, and confirm. At most five links go to one address in an hour.',
      ],
    },
    {
      form: 'the wish for another link',
      open: at('/account/email', '/account/email/confirmation'),
      effect: 'mails',
      location: '/account/email',
      flash: [
        'The link to confirm your address goes there again, unless it went there five times in the last hour.',
      ],
    },
    {
      form: 'another name',
      open: ({ id, jar }) => OpenForm.at(app, jar, `/users/${id}/edit`, `/users/${id}?_method=PATCH`),
      fields: ({ name }) => ({ username: `new-${name}`, email: `${name}@example.com` }),
      effect: 'user.renamed',
      location: /^\/users\/\d+$/,
      flash: ['User Updated!'],
    },
    {
      form: 'the password that is asked for again',
      open: at('/account/reauthenticate'),
      fields: () => ({ password: PASSWORD }),
      effect: 'auth.reauthenticated',
      location: '/account',
      flash: [],
    },
    {
      form: 'the end of the account',
      open: at('/account/delete'),
      fields: () => ({ currentPassword: PASSWORD }),
      effect: 'user.deleted',
      location: '/',
      flash: ['User Deleted!'],
      isGuest: true,
    },
    {
      form: 'the end of the account, by the button of its page',
      open: ({ id, jar }) => OpenForm.at(app, jar, `/users/${id}/edit`, `/users/${id}?_method=DELETE`),
      effect: 'user.deleted',
      location: '/',
      flash: ['User Deleted!'],
      isGuest: true,
    },
    {
      form: 'a sign-up',
      open: async (sender) => {
        await guest(sender);
        return OpenForm.at(app, sender.jar, '/users/signup');
      },
      fields: ({ name }) => ({ username: `second-${name}`, password: PASSWORD, email: '' }),
      effect: 'user.signedUp',
      location: '/users/login',
      flash: ['User Created!'],
      isGuest: true,
    },
    {
      form: 'a log-in',
      open: async (sender) => {
        await guest(sender);
        return OpenForm.at(app, sender.jar, '/users/login');
      },
      fields: ({ name }) => ({ username: name, password: PASSWORD }),
      effect: 'auth.loggedIn',
      location: '/users/welcome',
      flash: ["You've successfully logged in!"],
    },
    {
      form: 'a log-out',
      open: at('/users/welcome', '/users/logout'),
      effect: 'session.ended',
      location: '/users/login',
      flash: ['You have been signed out.'],
      isGuest: true,
    },
    {
      form: 'the wish for a new password',
      open: async (sender) => {
        await guest(sender);
        return OpenForm.at(app, sender.jar, '/users/password-reset');
      },
      fields: ({ name }) => ({ email: `${name}@example.com` }),
      effect: 'mails',
      location: '/users/login',
      flash: [
        'If an account has this e-mail address, a link to choose a new password goes there, at most five times in an hour.',
      ],
      isGuest: true,
    },
    {
      form: 'a new password',
      open: async (sender) => {
        await confirmEmail(app, `${sender.name}@example.com`);
        await guest(sender);
        await sender.jar.submit(app, '/users/password-reset', { email: `${sender.name}@example.com` });
        const token = await mailbox.token(`${sender.name}@example.com`);
        await sender.jar.open(app, `/users/password-reset/${token}`);
        await sender.jar.open(app, '/'); // shows the flash
        return OpenForm.at(app, sender.jar, '/users/password-reset/password');
      },
      fields: () => ({ password: NEW_PASSWORD }),
      effect: 'password.reset',
      location: '/users/login',
      flash: ['Password Updated! Please log in with the new one.'],
      isGuest: true,
    },
  ];

  // Whichever instance answers later: the database has told it.
  const moments = where === 'one instance' ? MOMENTS.slice(0, 1) : MOMENTS;

  describe.each(moments)('%s,', (moment) => {
    it.each(cases.map((one) => [one.form, one] as const))(
      'has one effect and leads to the good page: %s',
      async (_, { open, fields, effect, location, flash, isGuest = false }) => {
        const sender = await member();
        const form = await open(sender);
        const before = await happened(effect);
        const answer = await form.sendTwice(both, fields?.(sender), moment);
        expect(answer.status).toBe(303);
        expect(answer.headers.location).toEqual(
          typeof location === 'string' ? location : expect.stringMatching(location),
        );
        expect(Math.abs((await happened(effect)) - before)).toBe(1);
        expect(flashes(await sender.jar.open(app, answer.headers.location))).toEqual(flash);
        expect((await sender.jar.open(app, '/account')).status).toBe(isGuest ? 303 : 200);
      },
    );

    it('keeps a device remembered, with a token of its own, when the password is changed', async () => {
      const { name, jar } = await member('on');
      const form = await OpenForm.at(app, jar, '/account/password');
      const fields = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
      await form.sendTwice(both, fields, moment);
      expect(flashes(await jar.open(app, '/account'))).toEqual(['Password Updated!']);
      jar.cookies.delete('sid');
      expect((await jar.open(app)).text).toContain(name);
    });

    it('remembers the device that has logged in', async () => {
      const { name, jar } = await member();
      await guest({ id: 0, name, jar });
      const form = await OpenForm.at(app, jar, '/users/login');
      await form.sendTwice(both, { username: name, password: PASSWORD, remember: 'on' }, moment);
      jar.cookies.delete('sid');
      expect((await jar.open(app)).text).toContain(name);
    });

    it('leaves one session, which its owner sees as this device', async () => {
      const { jar } = await member();
      const form = await OpenForm.at(app, jar, '/account/password');
      await form.sendTwice(both, { currentPassword: PASSWORD, newPassword: NEW_PASSWORD }, moment);
      for (const { clock } of new Set(both)) clock.advance(11_000);
      await jar.open(app);
      const { body } = (await jar.open(app, '/api/v1/auth/sessions')) as { body: { items: object[] } };
      expect(body.items).toEqual([expect.objectContaining({ current: true })]);
    });
  });

  it('shows its flash although a page that had it was given up at the same moment', async () => {
    const { id, jar } = await member();
    const messages = `/users/${id}/messages`;
    for (let round = 0; round < 10; round += 1) {
      const form = await OpenForm.at(app, jar, `${messages}/new`, messages);
      const content = `Hello ${round}`;
      jar.take(await form.send(app, { content }));
      const [, second] = await Promise.all([jar.open(app, messages), form.send(both[1], { content })]);
      jar.take(second);
      expect([round, flashes(await jar.open(app, second.headers.location))]).toEqual([
        round,
        ['Message Created!'],
      ]);
    }
  });

  it('is answered to the third click as to the second', async () => {
    const { jar } = await member();
    const form = await OpenForm.at(app, jar, '/account/password');
    const fields = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };
    const answers = await Promise.all([0, 1, 2].map((click) => form.send(both[click % 2], fields)));
    expect(answers.map(({ headers }) => headers.location)).toEqual(Array(3).fill('/account'));
    jar.take(await form.send(app, fields));
    expect(flashes(await jar.open(app, '/account'))).toEqual(['Password Updated!']);
  });
});
