import { PASSWORD, TestApp } from '../support/app';
import { Mailbox } from '../support/mailbox';
import { setCookie } from '../support/page';

/** What mail clients take for a part of a link, as they send it. */
const TAILS = [
  '.',
  '>',
  ',',
  ')',
  '%20',
  '%3E',
  '%E2%80%8B',
  '%EF%BB%BF',
  '%C2%A0',
  '%22',
  ').',
  '%0D%0A',
  ';',
  '/',
];

describe('A link in a mail', () => {
  let app: TestApp;
  let mailbox: Mailbox;
  let reset: string;
  let confirmation: string;

  beforeAll(async () => {
    app = await TestApp.start();
    mailbox = new Mailbox(app);
    const account = { username: 'ada', password: PASSWORD, email: 'ada@example.com' };
    await app.agent().post('/api/v1/auth/signup').send(account).expect(201);
    confirmation = await mailbox.token('ada@example.com');
    await app.agent().post('/api/v1/auth/password-reset').send({ email: 'ada@example.com' }).expect(204);
    reset = await mailbox.token('ada@example.com');
    expect(reset).not.toBe(confirmation);
  });
  afterAll(() => app.close());

  it.each(TAILS)('leads to its page with %s behind it', async (tail) => {
    for (const [path, token, cookie, page] of [
      ['/users/password-reset', reset, 'password-reset', '/users/password-reset/password'],
      ['/users/confirm-email', confirmation, 'confirm-email', '/users/confirm-email'],
    ] as const) {
      const browser = app.agent().set('Accept', 'text/html');
      const moved = await browser.get(`${path}/${token}${tail}`).expect(303).expect('Location', page);
      expect(setCookie(moved, cookie) ?? JSON.stringify(moved.headers)).toContain(token);
      const shown = await browser.get(page).expect(200);
      expect(shown.text).toContain('ada');
    }
  });

  it.each(['a', '-', '_', '%61', '%2D'])('is dead with %s behind its token', async (tail) => {
    const moved = await app.agent().get(`/users/password-reset/${reset}${tail}`).expect(303);
    expect(setCookie(moved, 'password-reset')).toBeUndefined();
  });

  it.each(['.', '%20', '%E2%80%8B', 'a'])('is dead with %s in front of its token', async (head) => {
    const moved = await app.agent().get(`/users/password-reset/${head}${reset}`).expect(303);
    expect(setCookie(moved, 'password-reset')).toBeUndefined();
  });

  it('has a token that the API takes with what was copied along', async () => {
    const post = (path: string, body: object) => app.agent().post(`/api/v1/auth/${path}`).send(body);
    await post('email-confirmation', { token: `.${confirmation}` }).expect(422);
    await post('email-confirmation', { token: `${confirmation}>.\u200b` }).expect(204);
    await app.agent().post('/api/v1/auth/password-reset').send({ email: 'ada@example.com' }).expect(204);
    reset = await mailbox.token('ada@example.com');
    const password = 'a heron stands in the rain';
    await post('password-reset/confirm', { token: `${reset}a`, password }).expect(422);
    await post('password-reset/confirm', { token: `${reset}) `, password }).expect(204);
  });
});
