import { randomBytes } from 'node:crypto';
import type TestAgent from 'supertest/lib/agent';
import { Database } from '../../src/database/database';
import { Settings } from '../../src/options/settings';
import { columnsOf, newLife } from '../../src/sessions/engines/session-row';
import { SessionEntity } from '../../src/sessions/engines/session.entity';
import { TestApp } from '../support/app';

const PATH = '/api/v1/auth/sessions';

interface Answer {
  items: { id: string; current: boolean }[];
  nextCursor: string | null;
}

describe('The list of sessions', () => {
  let app: TestApp;
  let made = 0;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  /** A user who is logged in on this many other devices. */
  async function user(username: string, others: number): Promise<TestAgent> {
    const { id, agent } = await app.user(username);
    const database = app.app.get(Database, { strict: false });
    const life = newLife(app.app.get(Settings, { strict: false }), app.clock.now());
    const rows = Array.from({ length: others }, (_, n) => ({
      idHash: randomBytes(32).toString('base64url'),
      publicId: randomBytes(16).toString('base64url'),
      ...columnsOf({ userId: id, securityVersion: 1 }, 65_536),
      version: 1,
      ...life,
      lastSeenAt: life.lastSeenAt - 1_000 * Math.ceil(n / 2), // two at each moment
    }));
    for (let from = 0; from < others; from += 100)
      await database.write((manager) => manager.insert(SessionEntity, rows.slice(from, from + 100)));
    return agent;
  }

  const page = async (agent: TestAgent, query: string) =>
    (await agent.get(`${PATH}${query}`).expect(200)).body as Answer;

  it.each([1, 7, 100])('has pages of %i, with each session once, the current one included', async (limit) => {
    const agent = await user(`ada${limit}`, 30);
    const seen: Answer['items'] = [];
    for (let cursor: string | null = ''; cursor !== null;) {
      const { items, nextCursor }: Answer = await page(
        agent,
        `?limit=${limit}&cursor=${cursor}`.replace(/&cursor=$/, ''),
      );
      expect(items.length).toBeLessThanOrEqual(limit);
      seen.push(...items);
      cursor = nextCursor;
    }
    expect(seen).toHaveLength(31);
    expect(new Set(seen.map(({ id }) => id)).size).toBe(31);
    expect(seen.filter(({ current }) => current)).toHaveLength(1);
  });

  it('has pages of 20 by default, however many sessions there are', async () => {
    const agent = await user('grace', 480);
    const { items, nextCursor } = await page(agent, '');
    expect([items.length, typeof nextCursor]).toEqual([20, 'string']);
    const html = await agent.get('/account/sessions').set('Accept', 'text/html').expect(200);
    expect(html.text.length).toBeLessThan(40_000);
    expect(html.text).toContain(`?cursor=${nextCursor}`);
    const next = await agent
      .get(`/account/sessions?cursor=${nextCursor}`)
      .set('Accept', 'text/html')
      .expect(200);
    expect(next.text).toContain('Back to the first page');
    expect(next.text).toContain('End all other sessions');
  });

  it('continues after a session that ended in the meantime', async () => {
    const agent = await user('alan', 10);
    const first = await page(agent, '?limit=5');
    for (const { id, current } of first.items) if (!current) await agent.delete(`${PATH}/${id}`).expect(204);
    const second = await page(agent, `?limit=100&cursor=${first.nextCursor}`);
    expect(second.items).toHaveLength(6);
  });

  it.each(['?limit=0', '?limit=101', '?limit=x', '?cursor=x', '?cursor=NDI', '?cursor='])(
    'is refused for %s, with the error at the field',
    async (query) => {
      const { agent } = await app.user(`user${(made += 1)}`);
      const { body } = await agent.get(`${PATH}${query}`).expect(422);
      expect(Object.keys((body as { errors: object }).errors)).toEqual([
        /limit/.test(query) ? 'limit' : 'cursor',
      ]);
    },
  );
});
