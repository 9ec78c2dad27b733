import { SessionEngine } from '../../src/sessions/session-engine';
import { TestApp } from '../support/app';
import { countSessions, LIVE } from '../support/probes';

describe('The touch of many sessions', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
  });
  afterAll(() => app.close());

  const engineOf = (instance: TestApp) => instance.app.get(SessionEngine);
  const lastSeen = async (idHash: string) => (await engineOf(app).load(idHash))?.lastSeenAt;

  /** A minute later, when their last use is to be written again. */
  async function sessionsOf(userId: number, count: number): Promise<string[]> {
    const idHashes = Array.from({ length: count }, (_, index) => `session ${index} of ${userId}`);
    for (const idHash of idHashes) await engineOf(app).create(idHash, { userId });
    for (const { clock } of [app, second]) clock.advance(60_000);
    return idHashes;
  }

  it('is written for each, even if they come at once and on two instances', async () => {
    const idHashes = await sessionsOf(1, 250);
    const now = app.clock.now();
    await Promise.all([
      ...idHashes.slice(0, 150).map((idHash) => engineOf(app).touch(idHash)),
      ...idHashes.slice(100).map((idHash) => engineOf(second).touch(idHash)),
    ]);
    for (const idHash of idHashes) expect(await lastSeen(idHash)).toBeGreaterThanOrEqual(now);
  });

  it('blocks no end of a session, and revives none', async () => {
    for (let round = 0; round < 10; round += 1) {
      const userId = 100 + round;
      const idHashes = await sessionsOf(userId, 80);
      await Promise.all([
        ...idHashes.map((idHash) => engineOf(app).touch(idHash)),
        ...idHashes.toReversed().map((idHash) => engineOf(second).touch(idHash)),
        engineOf(second).end({ userId }, 'revoked'),
        engineOf(app).end({ userId }, 'revoked'),
      ]);
      expect(await countSessions(app, `${LIVE} AND user_id = ${userId}`)).toBe(0);
    }
  });

  if (globalThis.LATCHKEY_DATABASE === 'postgres') {
    it('is written while one of them is locked, and for that one after the lock', async () => {
      const [locked, ...others] = await sessionsOf(200, 20);
      const now = app.clock.now();
      const holder = app.dataSource.createQueryRunner();
      await holder.startTransaction();
      await holder.query('SELECT 1 FROM sessions WHERE id_hash = $1 FOR UPDATE', [locked]);
      const [waiting, ...noted] = [locked, ...others].map((idHash) => engineOf(app).touch(idHash));

      await Promise.all(noted);
      for (const idHash of others) expect(await lastSeen(idHash)).toBeGreaterThanOrEqual(now);
      expect(await lastSeen(locked)).toBeLessThan(now);
      // A request that waits for the lock holds no lock itself, so there is no deadlock.
      await holder.query('SELECT 1 FROM sessions WHERE user_id = 200 FOR UPDATE');
      await holder.commitTransaction();
      await holder.release();
      await waiting;
      expect(await lastSeen(locked)).toBeGreaterThanOrEqual(now);
    });
  }
});
