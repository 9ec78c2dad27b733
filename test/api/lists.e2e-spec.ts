import type TestAgent from 'supertest/lib/agent';
import { TestApp } from '../support/app';
import { undocumented } from '../support/openapi';

interface Page {
  items: { id: number; content?: string }[];
  nextCursor: string | null;
}

let app: TestApp;
let ada: TestAgent;
let own: string;

beforeAll(async () => {
  app = await TestApp.start();
  const user = await app.user('ada');
  ada = user.agent;
  own = `/api/v1/users/${user.id}/messages`;
  for (const username of ['grace', 'alan', 'edsger', 'barbara']) await app.signUp(username);
});
afterAll(() => app.close());

async function page(path: string, query: Record<string, string | number> = {}): Promise<Page> {
  const answer = await ada.get(path).query(query).expect(200);
  expect(undocumented(answer)).toEqual([]);
  return answer.body;
}

/** Reads a list to its end, with something done between its pages. */
async function readAll(path: string, limit: number, between: () => Promise<unknown>): Promise<number[]> {
  const ids: number[] = [];
  let cursor: string | null = '';
  while (cursor !== null) {
    const { items, nextCursor }: Page = await page(path, { limit, ...(cursor && { cursor }) });
    ids.push(...items.map(({ id }) => id));
    cursor = nextCursor;
    if (cursor !== null) await between();
  }
  return ids;
}

async function write(content: string): Promise<number> {
  return (await ada.post(own).send({ content }).expect(201)).body.id;
}

describe('Messages in pages', () => {
  let written: number[];

  beforeAll(async () => {
    written = [];
    for (let index = 0; index < 25; index += 1) written.push(await write(`Message ${index}`));
  });

  it('come newest first, 20 by default', async () => {
    const first = await page('/api/v1/messages');
    expect(first.items.map(({ id }) => id)).toEqual(written.slice(5).reverse());
    const second = await page('/api/v1/messages', { cursor: first.nextCursor! });
    expect(second.items.map(({ id }) => id)).toEqual(written.slice(0, 5).reverse());
    expect(second.nextCursor).toBeNull();
  });

  it('end without an empty page when the last one is full', async () => {
    const { items, nextCursor } = await page(own, { limit: 25 });
    expect(items).toHaveLength(25);
    expect(nextCursor).toBeNull();
  });

  it.each(['/api/v1/messages', 'of ada'])(
    'of %s neither skip nor repeat any while messages are added',
    async (list) => {
      const before = [...written].reverse();
      const path = list === 'of ada' ? own : list;
      const read = await readAll(path, 4, async () => written.push(await write('Meanwhile')));
      expect(read).toEqual(before);
    },
  );

  it('neither skip nor repeat any while the messages at the cursor are removed', async () => {
    const before = [...written].reverse();
    const removed: number[] = [];
    let cursor: string | null = null;
    const read: number[] = [];
    do {
      const { items, nextCursor }: Page = await page(own, { limit: 3, ...(cursor && { cursor }) });
      read.push(...items.map(({ id }) => id));
      const last = items.at(-1)!.id;
      await ada.delete(`${own}/${last}`).expect(204);
      removed.push(last);
      cursor = nextCursor;
    } while (cursor !== null);
    expect(read).toEqual(before);
    expect((await page(own, { limit: 100 })).items.map(({ id }) => id)).toEqual(
      before.filter((id) => !removed.includes(id)),
    );
  });
});

describe('Users in pages', () => {
  it('come oldest first and neither skip nor repeat any while users sign up and leave', async () => {
    const before = (await page('/api/v1/users')).items.map(({ id }) => id);
    expect(before).toHaveLength(5);
    const read = await readAll('/api/v1/users', 2, async () => {
      const { id, agent } = await app.user(`guest${Date.now()}`);
      await agent.delete(`/api/v1/users/${id}`).send({}).expect(204);
    });
    expect(read).toEqual(before);
    expect(read).toEqual([...read].sort((a, b) => a - b));
  });
});

describe.each(['/api/v1/users', '/api/v1/messages', 'of ada'])('The list %s', (list) => {
  const path = () => (list === 'of ada' ? own : list);

  it.each(['0', '101', '-1', '1.5', 'ten', '', 'NaN', '1e9'])('refuses %p as its limit', async (limit) => {
    const answer = await ada.get(path()).query({ limit });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual({ limit: ['Use a whole number from 1 to 100.'] });
    expect(undocumented(answer)).toEqual([]);
  });

  it.each([
    '',
    'nonsense',
    '1',
    Buffer.from('-1').toString('base64url'),
    Buffer.from('1 OR 1=1').toString('base64url'),
  ])('refuses %p as a cursor', async (cursor) => {
    const answer = await ada.get(path()).query({ cursor });
    expect(answer.status).toBe(422);
    expect(answer.body.errors).toEqual({ cursor: ['Use the nextCursor of another page.'] });
    expect(undocumented(answer)).toEqual([]);
  });

  it('refuses two limits and two cursors', async () => {
    const answer = await ada.get(`${path()}?limit=1&limit=2&cursor=MQ&cursor=Mg`);
    expect(answer.status).toBe(422);
    expect(Object.keys(answer.body.errors).sort()).toEqual(['cursor', 'limit']);
  });

  it.each([1, 100])('takes %i as its limit', async (limit) => {
    expect((await page(path(), { limit })).items.length).toBeLessThanOrEqual(limit);
  });
});
