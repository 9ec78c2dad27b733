import type TestAgent from 'supertest/lib/agent';
import { PASSWORD, TestApp } from '../support/app';
import { Mailbox } from '../support/mailbox';
import { fieldError, flashes, submit } from '../support/page';

const PAGE = '/account/email';

describe('The e-mail page', () => {
  let app: TestApp;
  let mailbox: Mailbox;

  beforeAll(async () => {
    app = await TestApp.start();
    mailbox = new Mailbox(app);
  });
  afterAll(() => app.close());

  const confirm = async (address: string) => {
    const token = await mailbox.token(address);
    await app.agent().post('/api/v1/auth/email-confirmation').send({ token }).expect(204);
  };
  const me = async (agent: TestAgent) => (await agent.get('/api/v1/auth/me').expect(200)).body as object;
  async function withAddress(username: string) {
    const email = `${username}@example.com`;
    const { id, agent } = await app.user(username);
    await submit(agent, PAGE, { email }).expect(303);
    await confirm(email);
    await agent.get(PAGE); // shows the flash
    return { id, agent, email };
  }

  it('changes the address: the old one stays until the new one is confirmed, and is notified both times', async () => {
    const { agent, email } = await withAddress('ada');
    await submit(agent, PAGE, { email: 'New@example.com' }).expect(303).expect('Location', PAGE);
    const page = await agent.get(PAGE);
    expect(flashes(page)[0]).toMatch(/^The new address takes effect when/);
    expect(page.text).toContain(email);
    expect(page.text).toContain('New@example.com');
    expect(await me(agent)).toMatchObject({ email, emailVerified: true });
    expect((await mailbox.latest(email)).subject).toBe('A new e-mail address for your account');

    await confirm('New@example.com');
    expect(await me(agent)).toMatchObject({ email: 'New@example.com', emailVerified: true });
    expect((await mailbox.latest(email)).subject).toBe('The e-mail address of your account has changed');
  });

  it('changes it in the same way as the account form and the API', async () => {
    const { id, agent, email } = await withAddress('grace');
    const fields = { username: 'grace', email: 'form@example.com' };
    await submit(agent, `/users/${id}?_method=PATCH`, fields).expect(303);
    const shown = await agent.get(`/users/${id}/edit`);
    expect(flashes(shown).map((text) => text.slice(0, 13))).toEqual(['User Updated!', 'The new addre']);
    expect(shown.text).toContain('<b>form@example.com</b>');
    const answer = await agent.patch(`/api/v1/users/${id}`).send({ email: 'api@example.com' }).expect(200);
    expect(answer.body).toMatchObject({ email, emailVerified: true });
    // The form also sends the current address: saving a name does not cancel a pending change.
    await submit(agent, `/users/${id}?_method=PATCH`, { username: 'grace2', email }).expect(303);
    await confirm('api@example.com');
    expect(await me(agent)).toMatchObject({ username: 'grace2', email: 'api@example.com' });
  });

  it('does not set a first address before it is confirmed', async () => {
    const { agent } = await app.user('blank');
    await submit(agent, PAGE, { email: 'blank@example.com' }).expect(303);
    expect(await me(agent)).toMatchObject({ email: null, emailVerified: false });
  });

  it('refuses the address that is confirmed already, in any spelling, and mails nothing', async () => {
    const { id, agent, email } = await withAddress('fay');
    const before = (await mailbox.all()).length;
    for (const own of [email, 'FAY@EXAMPLE.com', 'fay@Example.COM']) {
      const page = await submit(agent, PAGE, { email: own }).expect(422);
      expect(fieldError(page, 'email')).toBe('This is your address already.');
    }
    const errors = { email: ['This is your address already.'] };
    const answer = await agent.patch(`/api/v1/users/${id}`).send({ email: 'FAY@EXAMPLE.com' }).expect(422);
    expect(answer.body).toMatchObject({ errors });
    await agent.patch(`/api/v1/users/${id}`).send({ email }).expect(200); // nothing to change
    expect(await mailbox.all()).toHaveLength(before);
    expect(await me(agent)).toMatchObject({ email, emailVerified: true });
  });

  it('mails the link again for an address that waits already, and calls it no new one', async () => {
    const account = { username: 'eve', password: PASSWORD, email: 'eve@example.com' };
    await app.agent().post('/api/v1/auth/signup').send(account).expect(201);
    await mailbox.token(account.email); // two mails sent at once may arrive in either order
    const agent = await app.loggedIn('eve');
    await submit(agent, PAGE, { email: 'EVE@example.com' }).expect(303);
    expect(flashes(await agent.get(PAGE))[0]).toMatch(/^The link to confirm your address goes there again/);
    await confirm(account.email);
    expect(await me(agent)).toMatchObject({ email: account.email, emailVerified: true });

    await submit(agent, PAGE, { email: 'next@example.com' }).expect(303);
    const noticed = (await mailbox.to(account.email)).length;
    const { length: sent } = await mailbox.to('next@example.com');
    await submit(agent, PAGE, { email: 'Next@Example.com' }).expect(303);
    expect(await mailbox.to('next@example.com')).toHaveLength(sent + 1);
    expect(await mailbox.to(account.email)).toHaveLength(noticed);
    expect(flashes(await agent.get(PAGE)).at(-1)).toMatch(/^The link to confirm/);
  });

  it('resends the link, and cancels the change', async () => {
    const { agent, email } = await withAddress('hopper');
    await submit(agent, PAGE, { email: 'typo@example.com' }).expect(303);
    const first = await mailbox.token('typo@example.com');
    await submit(agent, `${PAGE}/confirmation`).expect(303);
    const again = await mailbox.token('typo@example.com');
    expect(again).not.toBe(first);
    await submit(agent, `${PAGE}/pending?_method=DELETE`).expect(303);
    for (const token of [first, again]) {
      await app.agent().post('/api/v1/auth/email-confirmation').send({ token }).expect(422);
    }
    expect((await agent.get(PAGE)).text).not.toContain('typo@example.com');
    expect(await me(agent)).toMatchObject({ email, emailVerified: true });
  });

  it('restores the unconfirmed sign-up address if its change is cancelled', async () => {
    const account = { username: 'early', password: PASSWORD, email: 'early@example.com' };
    await app.agent().post('/api/v1/auth/signup').send(account).expect(201);
    await mailbox.token(account.email); // two mails sent at once may arrive in either order
    const agent = await app.loggedIn('early');
    await submit(agent, PAGE, { email: 'other@example.com' }).expect(303);
    await submit(agent, `${PAGE}/pending?_method=DELETE`).expect(303);
    await submit(agent, `${PAGE}/confirmation`).expect(303);
    await confirm('early@example.com');
    expect(await me(agent)).toMatchObject({ email: 'early@example.com', emailVerified: true });
  });

  it('removes the address at once and notifies it', async () => {
    const { agent, email } = await withAddress('gone');
    await submit(agent, `${PAGE}?_method=DELETE`).expect(303);
    expect(flashes(await agent.get(PAGE))).toEqual(['Your e-mail address was removed.']);
    expect(await me(agent)).toMatchObject({ email: null, emailVerified: false });
    expect((await mailbox.latest(email)).subject).toBe('The e-mail address of your account was removed');
    const before = (await mailbox.to(email)).length;
    await app.agent().post('/api/v1/auth/password-reset').send({ email }).expect(204);
    expect(await mailbox.to(email)).toHaveLength(before);
  });

  it('responds the same whether or not another account has the address', async () => {
    const { email } = await withAddress('owner');
    const { id, agent } = await app.user('curious');
    const answers = [];
    for (const address of [email, 'free@example.com']) {
      const { status, text } = await agent.patch(`/api/v1/users/${id}`).send({ email: address });
      answers.push([status, text]);
    }
    expect(answers[0]).toEqual(answers[1]);
  });

  it('asks for the password 10 minutes after the log-in, and shows the error beside the field', async () => {
    const { agent, email } = await withAddress('slow');
    const bad = await submit(agent, PAGE, { email: 'no address' }).expect(422);
    expect(fieldError(bad, 'email')).toMatch(/^Use an e-mail/);
    expect(bad.text).toContain(email); // the stored address is shown beside the form
    app.clock.advance(11 * 60_000);
    const asked = await submit(agent, PAGE, { email: 'slow2@example.com' }).expect(422);
    expect(fieldError(asked, 'currentPassword')).toBe('Please confirm with your current password.');
    await submit(agent, PAGE, { email: 'slow2@example.com', currentPassword: 'wrong' }).expect(422);
    await submit(agent, PAGE, { email: 'slow2@example.com', currentPassword: PASSWORD }).expect(303);
  });

  it('shows a wrong password at the form that was sent: changing and removing ask for one each', async () => {
    const { agent } = await withAddress('pia');
    app.clock.advance(11 * 60_000);
    const wrong = 'This is not your current password.';
    const removing = await submit(agent, `${PAGE}?_method=DELETE`, { currentPassword: 'no' }).expect(422);
    expect(fieldError(removing, 'remove-currentPassword')).toBe(wrong);
    expect(fieldError(removing, 'currentPassword')).toBeUndefined();
    expect(removing.text).toContain(`<a href="#remove-currentPassword">${wrong}</a>`);
    const asked = await submit(agent, `${PAGE}?_method=DELETE`).expect(422);
    expect(fieldError(asked, 'remove-currentPassword')).toBe('Please confirm with your current password.');
    const fields = { email: 'pia2@example.com', currentPassword: 'no' };
    const changing = await submit(agent, PAGE, fields).expect(422);
    expect(fieldError(changing, 'currentPassword')).toBe(wrong);
    expect(fieldError(changing, 'remove-currentPassword')).toBeUndefined();
    expect(changing.text).toContain(`<a href="#currentPassword">${wrong}</a>`);
  });

  it('is closed to guests', async () => {
    await app
      .agent()
      .get(PAGE)
      .expect(303)
      .expect('Location', `/users/login?next=${encodeURIComponent(PAGE)}`);
  });
});
