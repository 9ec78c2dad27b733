import { SessionEngine } from '../../src/sessions/session-engine';
import { TestApp } from '../support/app';
import { askRedis } from '../support/redis';
import { type RedisServer, startRedis } from '../support/redis-server.cjs';

describe('What Redis holds of a session', () => {
  let redis: RedisServer;
  let app: TestApp;
  let engine: SessionEngine;
  let sessions = 0;

  beforeAll(async () => {
    redis = await startRedis();
    app = await TestApp.start({ SESSION_STORE: 'redis', REDIS_URL: redis.url });
    engine = app.app.get(SessionEngine);
  });
  afterAll(async () => {
    await app.close();
    await redis.stop();
  });

  const keyOf = (idHash: string) => `latchkey:session:${idHash}`;
  const write = (idHash: string, field: string, value: string) =>
    askRedis(redis.url, ['HSET', keyOf(idHash), field, value]);

  /** A session whose values have moved to Redis. */
  async function begun(values: Record<string, unknown>) {
    const created = await engine.create(`session ${(sessions += 1)}`, values);
    const stored = await engine.commit(created, { ...values, theme: 'dark' });
    expect(await askRedis(redis.url, ['EXISTS', keyOf(created.idHash)])).toBe(1);
    return stored!;
  }

  it.each([
    ['a guest’s session', {}],
    ['the session of another user', { userId: 1 }],
  ])('cannot make %s one’s own, whatever is written there', async (_, values) => {
    const { idHash } = await begun(values);
    const planted = { userId: 7, familyId: 'f', authenticatedAt: Date.now(), securityVersion: 9, theme: 'x' };
    await write(idHash, 'data', JSON.stringify(planted));
    expect((await engine.load(idHash))?.values).toEqual({ ...values, theme: 'x' });
  });

  it('does not bring a user back whom a handler has taken out of the session', async () => {
    const stored = await begun({ userId: 1, authenticatedAt: 5 });
    await engine.commit(stored, { theme: 'light' });
    expect((await engine.load(stored.idHash))?.values).toEqual({ theme: 'light' });
    expect(await engine.list(1)).not.toContainEqual(expect.objectContaining({ idHash: stored.idHash }));
  });

  it('does not undo a log-in or log-out that another request brought into the session meanwhile', async () => {
    const base = await begun({ userId: 1, authenticatedAt: 5 });
    await engine.commit(base, { ...base.values, authenticatedAt: 100 });
    await engine.commit(base, { ...base.values, theme: 'light' });
    const both = { userId: 1, authenticatedAt: 100, theme: 'light' };
    expect((await engine.load(base.idHash))?.values).toEqual(both);

    await engine.commit(base, { theme: 'dark' });
    await engine.commit(base, { ...base.values, theme: 'light' });
    expect((await engine.load(base.idHash))?.values).not.toHaveProperty('userId');
  });

  it.each([
    ['no JSON', 'not { json'],
    ['a list', '[1]'],
    ['null', 'null'],
  ])('can be %s: the session is then as it began, and can be written again', async (_, data) => {
    const { idHash } = await begun({ userId: 1 });
    await write(idHash, 'data', data);
    const loaded = await engine.load(idHash);
    expect(loaded?.values).toEqual({ userId: 1 });
    await engine.commit(loaded!, { userId: 1, theme: 'light' });
    expect((await engine.load(idHash))?.values).toEqual({ userId: 1, theme: 'light' });
  });

  it('can lose the version alone: the session can be written again', async () => {
    const { idHash } = await begun({ userId: 1 });
    await askRedis(redis.url, ['HDEL', keyOf(idHash), 'version']);
    const loaded = await engine.load(idHash);
    await engine.commit(loaded!, { userId: 1, theme: 'light' });
    expect((await engine.load(idHash))?.values).toEqual({ userId: 1, theme: 'light' });
  });

  it('is gone as soon as the session ends, and after its longest life in any case', async () => {
    const { idHash } = await begun({ userId: 1 });
    const lasts = await askRedis(redis.url, ['PTTL', keyOf(idHash)]);
    expect(lasts).toBeGreaterThan(11.9 * 3_600_000);
    expect(lasts).toBeLessThanOrEqual(12 * 3_600_000);
    await engine.end({ idHash }, 'logged_out');
    expect(await askRedis(redis.url, ['EXISTS', keyOf(idHash)])).toBe(0);
  });
});
