import { Injectable, Module } from '@nestjs/common';
import { PersonalData } from '../../src/index';
import { applicationWith, PASSWORD, TestApp } from '../support/app';
import { written } from '../support/audit';
import { heard } from '../support/guesses';

const API = '/api/v1/auth/export';
const FILE = '/account/export/file';
const LATE = 11 * 60_000;

@Injectable()
class Invoices extends PersonalData {
  readonly section = 'invoices';

  async *pagesOf(userId: number) {
    yield [
      { number: 1, userId },
      { number: 2, userId },
    ];
    yield [];
    yield [{ number: 3, userId }];
  }
}
@Module({ providers: [Invoices] })
class InvoicesModule {}

@Injectable()
class BrokenData extends PersonalData {
  static breaks = false;
  readonly section = 'fragile';

  async *pagesOf() {
    yield [{ first: true }];
    if (BrokenData.breaks) throw new Error('It breaks half way, as this test wants');
  }
}
@Module({ providers: [BrokenData] })
class BrokenModule {}

@Injectable()
class MoreSessions extends PersonalData {
  readonly section = 'sessions';

  async *pagesOf() {
    yield [{}];
  }
}
@Module({ providers: [MoreSessions] })
class MoreSessionsModule {}

describe('The data export', () => {
  let app: TestApp;
  let users = 0;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(InvoicesModule, BrokenModule));
  });
  afterEach(() => (BrokenData.breaks = false));
  afterAll(() => app.close());

  const newUser = async () => {
    const username = `user${(users += 1)}`;
    return { username, ...(await app.user(username)) };
  };

  it('contains the account, its devices, its messages and the data of added modules', async () => {
    const { id, username, agent } = await newUser();
    await app.loggedIn(username);
    for (const content of ['first', 'a "second"\nline']) {
      await agent.post(`/api/v1/users/${id}/messages`).send({ content }).expect(201);
    }
    const { body } = await agent.get(API).expect(200);
    expect(body).toMatchObject({
      account: { id, username, email: null, emailVerified: false },
      messages: [{ content: 'a "second"\nline' }, { content: 'first' }],
      invoices: [1, 2, 3].map((number) => ({ number, userId: id })),
    });
    const { sessions, exportedAt } = body as { sessions: object[]; exportedAt: string };
    expect(sessions).toHaveLength(2);
    expect(Math.abs(Date.parse(exportedAt) - app.clock.now())).toBeLessThan(10_000);
  });

  it('is a download that is not cached, the same from page and API', async () => {
    const { username, agent } = await newUser();
    for (const path of [API, FILE]) {
      const { headers, body } = await agent.get(path).expect(200);
      expect(headers['content-disposition']).toBe(`attachment; filename="latchkey-${username}.json"`);
      expect(headers['content-type']).toBe('application/json; charset=utf-8');
      expect(headers['cache-control']).toBe('no-store');
      expect(body).toHaveProperty('account.username', username);
    }
  });

  it('has an ASCII file name whatever the username', async () => {
    const { agent } = await app.user('søren');
    const { headers } = await agent.get(API).expect(200);
    expect(headers['content-disposition']).toBe('attachment; filename="latchkey-s_ren.json"');
  });

  it('contains no hash, no secret ID and no data of other users', async () => {
    const other = await newUser();
    await other.agent.post(`/api/v1/users/${other.id}/messages`).send({ content: 'not yours' }).expect(201);
    const { id, agent } = await newUser();
    const { text } = await agent.get(API).expect(200);
    const [user] = await app.dataSource.query<{ password_hash: string }[]>(
      `SELECT password_hash FROM users WHERE id = ${id}`,
    );
    const sessions = await app.dataSource.query<{ id_hash: string }[]>('SELECT id_hash FROM sessions');
    const secrets = [user.password_hash, ...sessions.map(({ id_hash: hash }) => hash), '$2b$'];
    for (const secret of [...secrets, 'not yours', other.username]) expect(text).not.toContain(secret);
  });

  it("contains the account's activity, without the addresses of attackers", async () => {
    const { username, agent } = await newUser();
    await app.agent().post('/api/v1/auth/login').send({ username, password: 'wrong' }).expect(401);
    await written(app);
    const { body } = await agent.get(API).expect(200);
    const { activity } = body as { activity: { event: string; ip: string | null }[] };
    const ipOf = (event: string) => activity.find((one) => one.event === event)?.ip;
    expect(ipOf('auth.loginFailed')).toBeNull();
    expect(ipOf('auth.loggedIn')).toMatch(/127\.0\.0\.1$/);
  });

  it('publishes an event', async () => {
    const events = heard(app, 'account.exported');
    const { id, agent } = await newUser();
    await agent.get(API).expect(200);
    expect(events).toEqual([{ userId: id }]);
  });

  it('asks for a recent password, though its page does not', async () => {
    const { agent } = await newUser();
    expect((await agent.get('/account/export').expect(200)).text).toContain(`href="${FILE}"`);
    app.clock.advance(LATE);
    expect((await agent.get(API).expect(403)).body).toMatchObject({ reason: 'reauthentication_required' });
    await agent
      .get(FILE)
      .expect(303)
      .expect('Location', /^\/account\/reauthenticate\?next=/);
    const page = await agent.get('/account/export').expect(200);
    expect(page.text).not.toContain(`href="${FILE}"`);
    expect(page.text).toContain('href="/account/reauthenticate?next=/account/export"');
    await agent.post('/api/v1/auth/reauthenticate').send({ password: PASSWORD }).expect(204);
    await agent.get(FILE).expect(200);
  });

  it('is refused to guests', async () => {
    await app.agent().get(API).expect(401);
    for (const path of [FILE, '/account/export'])
      await app
        .agent()
        .get(path)
        .expect(303)
        .expect('Location', /^\/users\/login\?next=/);
  });

  it('that fails half way is cut off, so that the file is visibly incomplete', async () => {
    const { agent } = await newUser();
    BrokenData.breaks = true;
    await expect(agent.get(API).then()).rejects.toThrow(/aborted|socket hang up/);
    BrokenData.breaks = false;
    await agent.get(API).expect(200);
  });

  it('of 20,000 messages is complete, in order, and streamed in batches', async () => {
    const { id, agent } = await newUser();
    const text = 'm'.repeat(1_000);
    for (let from = 0; from < 20_000; from += 1_000) {
      const rows = Array.from({ length: 1_000 }, (_, n) => `(${id}, '${from + n} ${text}', 1, 1)`);
      await app.write(
        `INSERT INTO messages (user_id, content, created_at, updated_at) VALUES ${rows.join()}`,
      );
    }
    const { body } = await agent.get(API).expect(200);
    const { messages } = body as { messages: { content: string }[] };
    expect(messages).toHaveLength(20_000);
    expect(messages.map(({ content }) => Number.parseInt(content, 10))).toEqual(
      Array.from({ length: 20_000 }, (_, n) => 19_999 - n),
    );
  });

  it('omits the data of a module that is not loaded', async () => {
    const company = await TestApp.start({}, [], applicationWith());
    try {
      const { agent } = await company.user('ada');
      const { body } = await agent.get(API).expect(200);
      expect(Object.keys(body as object)).toEqual([
        'exportedAt',
        'account',
        'sessions',
        'messages',
        'activity',
      ]);
    } finally {
      await company.close();
    }
  });

  it('refuses to start if two modules use the same name', async () => {
    const start = TestApp.start({}, [], applicationWith(MoreSessionsModule));
    await expect(start).rejects.toThrow('Two features export their data as "sessions"');
  });
});
