import type TestAgent from 'supertest/lib/agent';
import { TestApp } from '../support/app';
import { written } from '../support/audit';
import { statements } from '../support/probes';

/** Mails and events are written in parallel. */
const readsIn = (seen: string[]) =>
  seen.filter((sql) => /FROM "?(messages|users|security_events|sessions)\b/.test(sql));

describe('One statement, which reads no password hash,', () => {
  let app: TestApp;
  let ada: TestAgent;
  let id: number;

  beforeAll(async () => {
    app = await TestApp.start({ SESSION_CACHE: '1000' });
    ({ id, agent: ada } = await app.user('ada'));
    const grace = await app.user('grace');
    for (const [userId, agent] of [[id, ada] as const, [grace.id, grace.agent] as const])
      for (let n = 1; n <= 25; n++)
        await agent
          .post(`/api/v1/users/${userId}/messages`)
          .send({ content: `Message ${n}` })
          .expect(201);
    await ada.get('/users/welcome').expect(200); // its session is in the cache
    await written(app);
  });
  afterAll(() => app.close());

  const LISTS = [
    '/messages',
    '/messages?cursor=Mzk',
    '/users/ID/messages',
    '/users',
    '/account/activity',
    '/account/sessions',
    '/api/v1/messages',
    '/api/v1/messages?limit=7&cursor=Mzk',
    '/api/v1/users/ID/messages',
    '/api/v1/users',
    '/api/v1/auth/activity',
    '/api/v1/auth/sessions',
  ];

  it.each(LISTS)('answers the list %s', async (path) => {
    const seen = statements(app);
    await ada.get(path.replace('ID', String(id))).expect(200);
    const reads = readsIn(seen);
    expect(reads).toHaveLength(1);
    expect(reads[0]).not.toMatch(/password|\*/i);
  });

  it.each(['/users/ID/messages/1', '/api/v1/users/ID/messages/1'])('answers the message %s', async (path) => {
    const seen = statements(app);
    await ada.get(path.replace('ID', String(id))).expect(200);
    const reads = readsIn(seen);
    expect(reads).toHaveLength(1);
    expect(reads[0]).not.toMatch(/password|\*/i);
  });

  it('is not enough for an empty list: that of an unknown user is 404', async () => {
    const { id: silent } = await app.user('silent');
    for (const list of ['/users/ID/messages', '/api/v1/users/ID/messages']) {
      await ada.get(list.replace('ID', '4711')).expect(404);
      await ada.get(list.replace('ID', String(silent))).expect(200);
    }
  });
});
