import { setTimeout as delay } from 'node:timers/promises';
import { DataSource } from 'typeorm';
import { AuditChain } from '../../src/events/audit/audit-chain';
import { ExpiredEntries } from '../../src/events/audit/expired-entries';
import { SecurityEventBus } from '../../src/events/bus/security-event-bus';
import { PASSWORD, TestApp } from '../support/app';
import { entries, happen, verify, written } from '../support/audit';
import { quietLogger } from '../support/probes';

const DAY = 86_400_000;

declare module '../../src/events/bus/security-event' {
  interface SecurityEvents {
    'invoice.approved': { userId: number; invoice: number };
  }
}

describe('The audit log', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ SESSION_SECRET: 'the first secret' });
  });
  afterEach(() => app.close());

  it('records user, action, session, request, source and browser', async () => {
    const id = await app.signUp('ada');
    const agent = await app.loggedIn('ada');
    const answer = await agent
      .patch(`/api/v1/users/${id}`)
      .set('User-Agent', 'Reading Room/1.0')
      .send({ username: 'Countess' })
      .expect(200);
    await app.agent().post('/api/v1/auth/login').send({ username: 'ada', password: 'wrong' }).expect(401);

    const rows = await entries(app);
    expect(rows.map(({ name }) => name)).toEqual([
      'user.signedUp',
      'auth.loggedIn',
      'user.renamed',
      'auth.loginFailed',
    ]);
    expect(rows[2]).toMatchObject({
      id: 3,
      user_id: id,
      actor_id: id,
      session_id_hash: rows[1].session_id_hash,
      request_id: answer.headers['x-request-id'],
      ip: expect.stringMatching(/127\.0\.0\.1$/) as string,
      user_agent: 'Reading Room/1.0',
      details: JSON.stringify({ userId: id }),
      previous_hash: rows[1].hash,
    });
    expect(Math.abs(Number(rows[2].at) - app.clock.now())).toBeLessThan(60_000);
    expect(await verify(app)).toEqual({ findings: [], entries: 4, end: { id: 4, hash: rows[3].hash } });
  });

  it('is one chain, however many instances write it at once', async () => {
    const others = [await app.another(), await app.another()];
    const all = [app, ...others];
    await Promise.all(
      all.flatMap((instance, index) =>
        Array.from({ length: 40 }, async (_, count) => {
          await delay(count * 3);
          const bus = instance.app.get(SecurityEventBus, { strict: false });
          bus.publish('user.enabled', { userId: index * 40 + count + 1 });
        }),
      ),
    );
    await written(...all);
    const rows = await entries(app);
    expect(rows.map(({ id }) => id)).toEqual(Array.from({ length: 120 }, (_, index) => index + 1));
    expect(new Set(rows.map(({ user_id }) => user_id)).size).toBe(120);
    expect((await verify(app)).findings).toEqual([]);
  });

  it('records a flood of equal refusals as one row per second with their number', async () => {
    const { id, agent } = await app.user('ada');
    for (let count = 0; count < 20; count++) await agent.delete('/api/v1/users/424242').expect(403);
    const rows = (await entries(app)).filter(({ name }) => name === 'access.denied');
    expect(rows.length).toBeLessThan(5);
    const details = rows.map((row) => JSON.parse(row.details) as { userId: number; times?: number });
    expect(details.reduce((sum, { times = 1 }) => sum + times, 0)).toBe(20);
    expect(details[0].userId).toBe(id);
  });

  it('contains the last events before the application stops', async () => {
    const other = await app.another();
    const bus = other.app.get(SecurityEventBus, { strict: false });
    for (let userId = 1; userId <= 250; userId++) bus.publish('user.enabled', { userId });
    bus.publish('auth.throttled', { userId: null, scope: 'source' });
    await other.close();
    expect(await entries(app)).toHaveLength(251);
  });

  it("records an application's own events like ours", async () => {
    const bus = app.app.get(SecurityEventBus, { strict: false });
    bus.publish('invoice.approved', { userId: 7, invoice: 12 });
    expect(await entries(app)).toMatchObject([
      { name: 'invoice.approved', user_id: 7, details: '{"userId":7,"invoice":12}' },
    ]);
  });

  describe('while the database is away', () => {
    let holder: DataSource;

    beforeEach(async () => {
      const databaseUrl = app.environment.DATABASE_URL!;
      holder = await new DataSource(
        databaseUrl.startsWith('sqlite:')
          ? { type: 'sqlite', database: databaseUrl.slice('sqlite:'.length) }
          : { type: 'postgres', url: databaseUrl },
      ).initialize();
      holder.logger = quietLogger;
    });
    afterEach(() => holder.destroy());

    /** Holds the lock that every writer needs. @returns how to let it go */
    async function lock(): Promise<() => Promise<void>> {
      const runner = holder.createQueryRunner();
      await runner.query(holder.options.type === 'sqlite' ? 'BEGIN IMMEDIATE' : 'BEGIN');
      await runner.query('UPDATE audit_head SET id = 1');
      return async () => {
        await runner.query('COMMIT');
        await runner.release();
      };
    }

    it('buffers events, and writes them when it is back', async () => {
      const release = await lock();
      const happening = happen(app, 30);
      await delay(3_000);
      expect(await app.dataSource.query('SELECT id FROM security_events')).toEqual([]);
      await release();
      await happening;
      expect(await entries(app)).toHaveLength(30);
      expect((await verify(app)).findings).toEqual([]);
    });

    it('delays a shutdown by at most one retry', async () => {
      const other = await app.another();
      const release = await lock();
      other.app.get(SecurityEventBus, { strict: false }).publish('user.enabled', { userId: 1 });
      const begin = performance.now();
      await other.app.close();
      expect(performance.now() - begin).toBeLessThan(5_000);
      await release();
    });
  });

  describe('keeps events for AUDIT_RETENTION', () => {
    const purge = (instance: TestApp) => instance.app.get(ExpiredEntries, { strict: false }).purge();

    it('which is 400 days, and stays whole when the oldest are gone', async () => {
      await happen(app, 1_200);
      app.clock.advance(399 * DAY);
      await purge(app);
      expect(await entries(app)).toHaveLength(1_200);
      await happen(app, 3);
      app.clock.advance(2 * DAY);
      await purge(app);
      expect((await entries(app)).map(({ id }) => id)).toEqual([1_201, 1_202, 1_203]);
      expect(await verify(app)).toMatchObject({ findings: [], entries: 3 });
      await happen(app, 1);
      expect(await verify(app)).toMatchObject({ findings: [], entries: 4, end: { id: 1_204 } });
    });

    it('or as it says, until none is left', async () => {
      const brief = await app.another({ AUDIT_RETENTION: '1d' });
      await happen(brief, 5);
      brief.clock.advance(2 * DAY);
      await purge(brief);
      expect(await entries(brief)).toEqual([]);
      expect(await verify(brief)).toMatchObject({ findings: [], entries: 0, end: { id: 5 } });
    });

    it('does not delete events with forged times', async () => {
      await happen(app, 4);
      await app.write('UPDATE security_events SET at = 1 WHERE id <= 2');
      await purge(app);
      expect(await entries(app)).toHaveLength(4);
      expect((await verify(app)).findings).toEqual(['Entry 1 was changed.', 'Entry 2 was changed.']);
    });

    it('detects an event removed or inserted at the new beginning', async () => {
      await happen(app, 3);
      const [first] = await entries(app);
      app.clock.advance(401 * DAY);
      await happen(app, 3);
      await purge(app);
      await app.write('DELETE FROM security_events WHERE id = 4');
      await app.write(
        `INSERT INTO security_events (id, name, at, details, previous_hash, hash) VALUES (1, 'user.enabled', 1, '{}', '', '${first.hash}')`,
      );
      expect((await verify(app)).findings).toEqual([
        'Entry 1 was inserted: the chain begins with 4.',
        'Entry 4 is missing.',
      ]);
    });
  });

  describe('when SESSION_SECRET changes', () => {
    it('stays sealed if a new one is put in front', async () => {
      await happen(app, 1);
      const rotated = await app.another({ SESSION_SECRET: 'the second secret,the first secret' });
      expect((await verify(rotated)).findings).toEqual([]);
      await happen(rotated, 1);
      const later = await app.another({ SESSION_SECRET: 'the second secret' });
      expect((await verify(later)).findings).toEqual([]);
    });

    const NOT_OURS = expect.stringMatching(/audit-end is not as it was written/) as string;
    const BROKEN = expect.stringMatching(/^The seal of the head is broken/) as string;

    it('continues unsealed until it is sealed and accepted again', async () => {
      await happen(app, 2);
      const other = await app.another({ SESSION_SECRET: 'another secret altogether' });
      await happen(other, 2);
      expect(await verify(other)).toMatchObject({ findings: [NOT_OURS, BROKEN], entries: 4 });
      await other.app.get(AuditChain, { strict: false }).reseal();
      expect((await entries(other)).at(-1)).toMatchObject({
        name: 'audit.sealedAnew',
        details: '{"lastId":4}',
      });
      expect((await verify(other)).findings).toEqual([NOT_OURS]);
      await other.app.get(AuditChain, { strict: false }).accept();
      await happen(other, 1);
      expect(await verify(other)).toMatchObject({ findings: [], entries: 7 });
    });
  });

  it('contains no password, session ID, token or typed name', async () => {
    const credentials = { username: 'canary-name', password: PASSWORD, remember: true };
    await app.signUp(credentials.username);
    const answer = await app.agent().post('/api/v1/auth/login').send(credentials).expect(200);
    await app
      .agent()
      .post('/api/v1/auth/login')
      .send({ ...credentials, password: 'canary word' })
      .expect(401);
    await app.agent().get('/users/password-reset/canary-token').set('Accept', 'text/html');
    const text = JSON.stringify(await entries(app));
    expect(text).not.toMatch(/canary|horse/);
    const cookies = answer.headers['set-cookie'] as unknown as string[];
    for (const part of cookies.flatMap((cookie) =>
      decodeURIComponent(cookie.split(';', 1)[0]).split(/[=:.]/),
    )) {
      if (part.length >= 16) expect(text).not.toContain(part);
    }
  });
});
