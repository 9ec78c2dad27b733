import { Mailbox } from '../../src/testing';
import { SecurityEventBus } from '../../src/events/bus/security-event-bus';
import { PASSWORD, TestApp } from '../support/app';
import { eventually } from '../support/eventually';
import { cookiePair } from '../support/page';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0';
const RESET = 'http://localhost:3000/users/password-reset';
const DAY = 86_400_000;

describe('A notice by mail', () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    app = await TestApp.start();
    mailbox = new Mailbox(app.environment.DATA_DIR!);
  });
  afterAll(() => app.close());

  /** Signs up with an address; the account is then a day old. @returns the address and the user's ID */
  async function user(name: string, isConfirmed = true): Promise<{ id: number; to: string }> {
    const id = await app.signUp(name);
    const to = `${name}@example.com`;
    const at = isConfirmed ? Date.now() : null;
    await app.write(
      `UPDATE users SET email = '${to}', email_canonical = '${to}', email_verified_at = ${at}, created_at = created_at - ${DAY} WHERE id = ${id}`,
    );
    return { id, to };
  }

  const logIn = (username: string, agent = app.agent()) =>
    agent
      .post('/api/v1/auth/login')
      .set('User-Agent', FIREFOX)
      .send({ username, password: PASSWORD, remember: true })
      .expect(200);

  const publish: SecurityEventBus['publish'] = (...event) => {
    app.app.get(SecurityEventBus, { strict: false }).publish(...event);
  };

  it('reports a log-in on a new device: time, browser, source, and what to do', async () => {
    const { to } = await user('ada');
    await logIn('ada');
    const { subject, text, links } = await mailbox.latest(to);
    expect(subject).toBe('A log-in from a new device');
    expect(text).toMatch(/^Hello ada,\n/);
    expect(text).toMatch(
      /When: \d+ \w+ \d{4} at \d\d:\d\d UTC\n +From: Firefox on Linux at the address \S*127\.0\.0\.1\n/,
    );
    expect(links).toEqual([RESET]);
  });

  it('names an unknown browser as such', async () => {
    const { to } = await user('una');
    await app.agent().post('/api/v1/auth/login').send({ username: 'una', password: PASSWORD }).expect(200);
    expect((await mailbox.latest(to)).text).toMatch(
      /From: an unknown browser at the address \S*127\.0\.0\.1\n/,
    );
  });

  it('is not sent for a log-in on a known device', async () => {
    const { to } = await user('grace');
    const agent = app.agent();
    await logIn('grace', agent);
    await mailbox.latest(to);
    await logIn('grace', agent);
    await logIn('grace'); // its notice comes after any earlier one
    await mailbox.latest(to, 2);
    expect(await mailbox.mails(to)).toHaveLength(2);
  });

  it('does not report a new device right after the sign-up', async () => {
    const { id, to } = await user('young');
    await app.write(`UPDATE users SET created_at = ${Date.now()} WHERE id = ${id}`);
    await logIn('young');
    publish('password.changed', { userId: id });
    expect((await mailbox.latest(to)).subject).toBe('Your password was changed');
    expect(await mailbox.mails(to)).toHaveLength(1);
  });

  it('reports a changed password', async () => {
    const { to } = await user('alan');
    const agent = app.agent();
    await logIn('alan', agent);
    await mailbox.latest(to);
    const passwords = { currentPassword: PASSWORD, newPassword: 'a walrus in the harbour' };
    await agent.post('/api/v1/auth/password').send(passwords).expect(204);
    const { subject, text } = await mailbox.latest(to, 2);
    expect(subject).toBe('Your password was changed');
    expect(text).not.toContain('walrus');
  });

  it('reports a replayed remember-me cookie', async () => {
    const { to } = await user('linus');
    const stolen = cookiePair(await logIn('linus'), 'remember');
    await mailbox.latest(to);
    const visit = (cookie = stolen) => app.agent().set('Cookie', cookie).get('/api/v1/auth/me');
    const owner = await visit().expect(200);
    await visit(`${cookiePair(owner, 'sid')}; ${cookiePair(owner, 'remember')}`).expect(200); // the new token was used
    app.clock.advance(60_000);
    await visit().expect(401);
    expect((await mailbox.latest(to, 2)).subject).toBe('A log-in cookie of yours may have been copied');
  });

  it.each([
    ['a password that was reset', 'password.reset' as const, 'A new password was chosen for your account'],
    ['a lock', 'auth.accountLocked' as const, 'Too many wrong passwords for your account'],
  ])('reports %s', async (_, event, expected) => {
    const { id, to } = await user(event.replace('.', ''));
    publish(event, { userId: id });
    const { subject, text, links } = await mailbox.latest(to);
    expect(subject).toBe(expected);
    expect(text).not.toContain('From:'); // the source is unknown
    expect(links).toEqual([RESET]);
  });

  it('goes only to confirmed addresses of known users', async () => {
    const { id, to } = await user('eve', false);
    const { id: other, to: confirmed } = await user('mallory');
    publish('auth.accountLocked', { userId: null });
    publish('password.changed', { userId: 999_999 });
    publish('password.changed', { userId: id });
    publish('password.changed', { userId: other });
    await mailbox.latest(confirmed);
    await eventually(
      () => app.dataSource.query<unknown[]>('SELECT * FROM outbox'),
      (jobs) => jobs.length === 0,
    );
    expect(await mailbox.mails(to)).toEqual([]);
  });
});
