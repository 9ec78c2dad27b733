import { PASSWORD, TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { Mailbox } from '../support/mailbox';
import { fieldError, fieldValue, submit } from '../support/page';
import { MailServer } from '../support/smtp';

const REFUSED =
  'We cannot send to this address now: our mail server does not confirm that it takes letters beyond A to Z before the @. Use another address.';

describe('An e-mail address beyond ASCII', () => {
  const open: { stop(): Promise<void> }[] = [];
  const apps: TestApp[] = [];

  afterEach(async () => {
    for (const app of apps.splice(0)) await app.close();
    for (const server of open.splice(0)) await server.stop();
  });

  async function start(options?: Parameters<typeof MailServer.start>[0]) {
    const server = await MailServer.start(options);
    const app = await TestApp.start({ SMTP_URL: server.url, MAIL_FROM: 'no-reply@example.com' });
    open.push(server);
    apps.push(app);
    return { app, server };
  }

  const signUp = (app: TestApp, username: string, email: string) =>
    app.agent().post('/api/v1/auth/signup').send({ username, password: PASSWORD, email });

  it.each([
    ['a@exämple.de', 'a@xn--exmple-cua.de'],
    ['x@пример.рф', 'x@xn--e1afmkfd.xn--p1ai'],
  ])(
    'in its domain (%s) is shown as typed and mailed to as %s, by a server without SMTPUTF8 too',
    async (typed, mailed) => {
      // The server's own record of an envelope has decoded it.
      const wire: string[] = [];
      const logger = Object.fromEntries(
        ['info', 'debug', 'error', 'warn', 'trace', 'fatal'].map((level) => [
          level,
          (_: unknown, ...said: unknown[]) => wire.push(said.join(' ')),
        ]),
      );
      const { app, server } = await start({ hideSMTPUTF8: true, logger: logger as never });
      const answer = await signUp(app, 'ada', typed).expect(201);
      expect(answer.body.email).toBe(typed);
      await eventually(
        () => server.received,
        ({ length }) => length === 1,
      );
      expect(wire.join('\n')).toContain(`RCPT TO:<${mailed}>`);
      expect(wire.join('\n')).not.toContain(typed);
      const agent = await app.loggedIn('ada');
      expect((await agent.get('/account/email')).text).toContain(typed);
      const edit = await agent.get(`/users/${answer.body.id}/edit`);
      expect(fieldValue(edit, 'email')).toBe(typed);
      const stored = await app.dataSource.query('SELECT email, pending_email_canonical FROM users');
      expect(stored).toEqual([{ email: typed, pending_email_canonical: mailed }]);
    },
  );

  it('in its domain is one address with its A-labels: the first to confirm it has it', async () => {
    const app = await TestApp.start();
    apps.push(app);
    const mailbox = new Mailbox(app);
    const confirm = async (mailed: string) => {
      const token = await mailbox.token(mailed);
      return app.agent().post('/api/v1/auth/email-confirmation').send({ token });
    };
    await signUp(app, 'ada', 'a@exämple.de').expect(201);
    expect((await confirm('a@xn--exmple-cua.de')).status).toBe(204);
    await signUp(app, 'eve', 'A@xn--exmple-cua.de').expect(201);
    expect((await confirm('A@xn--exmple-cua.de')).status).toBe(409);

    // However it is spelt, the link to a new password goes to the address that was confirmed.
    for (const email of ['a@EXÄMPLE.de', 'a@xn--exmple-cua.de']) {
      const before = (await mailbox.to('a@xn--exmple-cua.de')).length;
      await app.agent().post('/api/v1/auth/password-reset').send({ email }).expect(204);
      await eventually(
        async () => (await mailbox.to('a@xn--exmple-cua.de')).length,
        (count) => count === before + 1,
      );
    }
  });

  it('before the @ is mailed to where the server offers SMTPUTF8', async () => {
    const { app, server } = await start();
    await signUp(app, 'juergen', 'jürgen@exämple.de').expect(201);
    const [{ recipients }] = await eventually(
      () => server.received,
      ({ length }) => length === 1,
    );
    expect(recipients).toEqual(['jürgen@exämple.de']);
  });

  it('before the @ is refused with the reason where it does not: at sign-up, at a change, on page and API', async () => {
    const { app, server } = await start({ hideSMTPUTF8: true });
    const email = 'jürgen@example.de';
    const fields = { username: 'juergen', password: PASSWORD, email };
    expect((await signUp(app, 'juergen', email).expect(422)).body.errors).toEqual({ email: [REFUSED] });
    const page = await submit(app.agent(), '/users/signup', fields).expect(422);
    expect(fieldError(page, 'email')).toBe(REFUSED);
    expect(fieldValue(page, 'email')).toBe(email);

    const { id, agent } = await app.user('grace');
    const change = { username: 'hopper', email };
    expect((await agent.patch(`/api/v1/users/${id}`).send(change).expect(422)).body.errors).toEqual({
      email: [REFUSED],
    });
    expect(fieldError(await submit(agent, '/account/email', { email }).expect(422), 'email')).toBe(REFUSED);
    expect((await agent.get('/api/v1/auth/me')).body).toMatchObject({ username: 'grace', email: null });
    expect(server.received).toEqual([]);
  });

  it('before the @ is refused within 3 s where the server does not answer', async () => {
    const { app, server } = await start();
    await server.stop();
    open.splice(0);
    const before = performance.now();
    await signUp(app, 'juergen', 'jürgen@example.de').expect(422);
    expect(performance.now() - before).toBeLessThan(3_000);
  });

  it('is a file in the outbox folder, before and after the @', async () => {
    const app = await TestApp.start();
    apps.push(app);
    const mailbox = new Mailbox(app);
    await signUp(app, 'juergen', 'jürgen@exämple.de').expect(201);
    expect(await mailbox.token('jürgen@exämple.de')).toMatch(/^[\w-]{43}$/);
  });
});
