import { PASSWORD, TestApp } from '../support/app';
import { cookiePair } from '../support/page';

/** Rows written by another program, or edited by hand. */
const UNREADABLE = [
  '',
  'null',
  '[]',
  '"text"',
  '{',
  '{"userId":',
  'O:8:"stdClass":0:{}',
  '\u0080\u0004}q\u0000.',
];

describe('A session with a row that we did not write', () => {
  let app: TestApp;
  let id: number;

  beforeAll(async () => {
    app = await TestApp.start();
    id = await app.signUp('ada');
  });
  afterAll(() => app.close());

  async function loggedInWith(data: string): Promise<string> {
    const answer = await app.agent().post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD });
    const text = data.replaceAll("'", "''").replaceAll('\0', '');
    await app.write(`UPDATE sessions SET data = '${text}' WHERE ended_at IS NULL`);
    return cookiePair(answer, 'sid');
  }
  const me = (cookie: string) => app.agent().get('/api/v1/auth/me').set('Cookie', cookie);

  it('is valid with the original row', async () => {
    await me(await loggedInWith(JSON.stringify({ userId: id, securityVersion: 1 }))).expect(200);
  });

  it.each(UNREADABLE)('is a guest’s, without a fault: %j', async (data) => {
    const cookie = await loggedInWith(data);
    await me(cookie).expect(401);
    await app.agent().get('/messages').set('Cookie', cookie).expect(200);
    await app.agent().post('/users/logout').set('Cookie', cookie).expect(303);
  });

  it.each([
    { userId: 'ada' },
    { userId: [1] },
    { userId: { $ne: 0 } },
    { userId: 2 ** 53 },
    { userId: true },
  ])('is a guest’s where the user is no user: %j', async (values) => {
    await me(await loggedInWith(JSON.stringify({ securityVersion: 1, ...values }))).expect(401);
  });
});
