import { setTimeout as delay } from 'node:timers/promises';
import type { Response } from 'supertest';
import { PASSWORD, applicationWith, TestApp } from '../support/app';
import { tellFigures } from '../support/figures';
import { cookiePair, submit } from '../support/page';
import { gate, ProbeModule } from '../support/probe.module';
import { askRedis } from '../support/redis';
import { type RedisServer, startRedis } from '../support/redis-server.cjs';
import { type Route, routes } from '../support/routes';
import { TcpProxy } from '../support/tcp-proxy';

const PROMISED = 2_000;
const AT_ONCE = 30;
/** Lets a test fill it at once. */
const DEBUG = { 'enable-debug-command': 'local' };
const MESSAGE = 'The session store does not answer. Please try again.';

interface Outage {
  name: string;
  /** The reply of Redis to a write of another client in the same situation. */
  says: RegExp;
  begin: () => unknown;
  end: () => unknown;
}

describe('While Redis', () => {
  let redis: RedisServer;
  let proxy: TcpProxy;
  let url: string;
  let app: TestApp;
  let userId: number;
  let cookie: string;
  let changes = 0;

  beforeAll(async () => {
    redis = await startRedis(DEBUG);
    proxy = await TcpProxy.to(redis.port);
    url = `redis://127.0.0.1:${proxy.port}`;
    app = await TestApp.start(
      // The session cache would serve requests during the outage, and so hide it.
      { SESSION_STORE: 'redis', REDIS_URL: url, BASE_URL: 'http://localhost:3000', SESSION_CACHE: '0' },
      [],
      applicationWith(ProbeModule),
    );
    userId = await app.signUp('ada');
    cookie = await logIn();
    await submit(visitor(), '/lab/counter').expect(303);
  });
  afterAll(async () => {
    await app.close();
    await proxy.close();
    await redis.stop();
  });

  const visitor = () => app.agent().set('Cookie', cookie);
  const admin = (...command: string[]) => askRedis(redis.url, command);
  const isUp = async () => (await visitor().get('/api/v1/auth/me')).status === 200;

  async function logIn(): Promise<string> {
    const credentials = { username: 'ada', password: PASSWORD };
    const answer = await app.agent().post('/api/v1/auth/login').send(credentials).expect(200);
    return cookiePair(answer, 'sid');
  }

  /** A new server in the old one's place: what the old one held is gone. */
  async function startAgain(): Promise<void> {
    redis = await startRedis({ ...DEBUG, port: redis.port });
  }

  function fill({ method, path }: Route): Route {
    return {
      method,
      path: path
        .replace(/:(id|userId)/, String(userId))
        .replace(':messageId', '1')
        .replace(/:file|:key|:left|\{?\*path\}?/, 'x'),
    };
  }
  const withSession = () =>
    routes(app)
      .filter(({ path }) => !/^\/(health|api\/(docs|openapi))/.test(path))
      .map(fill);

  const ask = ({ method, path }: Route, accept = 'text/html'): Promise<Response> =>
    visitor()[method.toLowerCase() as 'get'](path).set('Accept', accept).send();

  async function timed<T>(work: Promise<T>): Promise<{ result: T; took: number }> {
    const start = performance.now();
    const result = await work;
    return { result, took: performance.now() - start };
  }

  function expectAway(answer: Response, route: Route): void {
    const isApi = route.path.startsWith('/api/');
    const { status, headers, text } = answer;
    expect({ ...route, status, location: headers.location, cookies: headers['set-cookie'] }).toEqual({
      ...route,
      status: 503,
      location: undefined,
      cookies: undefined,
    });
    expect(headers['content-type']).toMatch(isApi ? /^application\/problem\+json/ : /^text\/html/);
    expect(text).toContain(MESSAGE);
  }

  /** The reply to every write. */
  async function whatRedisSays(): Promise<string> {
    return askRedis(url, ['SET', 'probe', '1'], 700).then(String, String);
  }

  async function expectReadiness(status: 'up' | 'down'): Promise<void> {
    const { result, took } = await timed(app.agent().get('/health/ready'));
    expect(took).toBeLessThan(PROMISED);
    expect(result.status).toBe(status === 'up' ? 200 : 503);
    expect(result.body).toMatchObject({ details: { database: { status: 'up' }, sessionStore: { status } } });
  }

  async function expectRecovery(): Promise<void> {
    const { took } = await timed(
      (async () => {
        while (!(await isUp())) await delay(20);
      })(),
    );
    expect(took).toBeLessThan(PROMISED);
    tellFigures('back after', { milliseconds: Math.round(took) });
    await visitor().get('/users/welcome').expect(200);
    await submit(visitor(), '/lab/counter').expect(303);
    await expectReadiness('up');
    const all = await Promise.all(Array.from({ length: AT_ONCE }, () => visitor().get('/api/v1/auth/me')));
    expect(all.map(({ status }) => status)).toEqual(Array<number>(AT_ONCE).fill(200));
  }

  const silent: Outage[] = [
    { name: 'is stopped', says: /ECONN|closed/i, begin: () => redis.stop(), end: () => startAgain() },
    { name: 'is frozen', says: /no answer/, begin: () => redis.freeze(), end: () => redis.thaw() },
    {
      name: 'answers 3 s late',
      says: /no answer/,
      begin: () => {
        proxy.delay = 3_000;
      },
      end: () => {
        proxy.delay = 0;
      },
    },
    {
      name: 'has another password than we were told',
      says: /NOAUTH/,
      begin: async () => {
        await admin('CONFIG', 'SET', 'requirepass', 'changed');
        proxy.cut();
      },
      end: () => askRedis(`redis://:changed@127.0.0.1:${redis.port}`, ['CONFIG', 'SET', 'requirepass', '']),
    },
  ];

  describe.each(silent)('$name', ({ name, says, begin, end }) => {
    afterEach(async () => {
      await end();
      await expectRecovery();
    });

    it('every request with a session gets 503 within 2 s, and no session starts or ends', async () => {
      await begin();
      const all = withSession();
      expect(all.length).toBeGreaterThan(50);
      // The first ones are those that meet the trouble, all at once.
      const first = await Promise.all(
        all.slice(0, AT_ONCE).map(async (route) => ({ route, ...(await timed(ask(route))) })),
      );
      expect(await whatRedisSays()).toMatch(says);
      const later = [];
      for (const route of all.slice(AT_ONCE)) later.push({ route, ...(await timed(ask(route))) });

      const slowest = Math.round(Math.max(...[...first, ...later].map(({ took }) => took)));
      tellFigures(`While Redis ${name}`, { requests: all.length, atOnce: AT_ONCE, slowest });
      for (const { route, result, took } of [...first, ...later]) {
        expectAway(result, route);
        expect(took).toBeLessThan(PROMISED);
      }
      await expectReadiness('down');
      await app.agent().get('/health/live').expect(200);
    });

    it('visitors without a session are not affected', async () => {
      await begin();
      for (const path of ['/', '/users/login', '/users/signup', '/messages'])
        await app.agent().get(path).expect(200);
      await app.agent().get('/users/welcome').expect(303);
      await app.agent().get('/api/v1/auth/me').expect(401);
      await app.agent().get('/api/v1/messages').expect(200);
      expect(await whatRedisSays()).toMatch(says);
    });

    it("a handler's unsaved change is not confirmed: 503, without a cookie", async () => {
      const path = `/probe/values/late-${(changes += 1)}?wait`;
      const changed = visitor().post(path).set('Accept', 'text/html').send();
      const answered = changed.then((answer) => ({ answer, at: performance.now() }));
      await gate.reached();
      await begin();
      const from = performance.now();
      gate.open();
      const { answer, at } = await answered;
      expect(at - from).toBeLessThan(PROMISED);
      expectAway(answer, { method: 'POST', path });
      expect(await whatRedisSays()).toMatch(says);
    });
  });

  const unwritable: Outage[] = [
    {
      name: 'is a replica, which takes no writes',
      says: /READONLY/,
      begin: () => admin('REPLICAOF', '127.0.0.1', '1'),
      end: () => admin('REPLICAOF', 'NO', 'ONE'),
    },
    {
      name: 'is full',
      says: /OOM/,
      begin: async () => {
        await admin('CONFIG', 'SET', 'maxmemory-policy', 'noeviction', 'maxmemory', '1mb');
        await admin('DEBUG', 'POPULATE', '20000', 'filler', '100');
      },
      end: async () => {
        await admin('CONFIG', 'SET', 'maxmemory', '0');
      },
    },
  ];

  describe.each(unwritable)('$name', ({ says, begin, end }) => {
    afterEach(async () => {
      await end();
      await expectRecovery();
    });

    it('a request that changes a session gets 503 within 2 s, and one that only reads it works', async () => {
      await begin();
      expect(await whatRedisSays()).toMatch(says);
      for (const path of ['/users/welcome', '/api/v1/auth/me']) {
        const { result, took } = await timed(visitor().get(path));
        expect(took).toBeLessThan(PROMISED);
        expect(result.status).toBe(200);
      }
      await app.agent().get('/users/welcome').expect(303);
      const change = { method: 'POST', path: '/lab/counter' };
      const answers = await Promise.all(Array.from({ length: AT_ONCE }, () => timed(ask(change))));
      for (const { result, took } of answers) {
        expectAway(result, change);
        expect(took).toBeLessThan(PROMISED);
      }
      await expectReadiness('down');
      expect(await whatRedisSays()).toMatch(says);
    });

    it('a log-out is a log-out', async () => {
      const other = await logIn();
      await begin();
      await app.agent().post('/api/v1/auth/logout').set('Cookie', other).expect(204);
      await app.agent().get('/api/v1/auth/me').set('Cookie', other).expect(401);
      await app.agent().get('/users/welcome').set('Cookie', other).expect(303);
      expect(await whatRedisSays()).toMatch(says);
    });
  });

  it.each([
    ['is flushed', () => admin('FLUSHALL')],
    [
      'is started again empty',
      async () => {
        await redis.stop();
        await startAgain();
      },
    ],
  ])('%s, no user is logged out, but session values may be lost', async (_, lose) => {
    await submit(visitor(), '/lab/counter').expect(303);
    expect(await admin('DBSIZE')).toBeGreaterThan(0);
    await lose();
    expect(await admin('DBSIZE')).toBe(0);
    await expectRecovery();
  });

  it('is slow at each command, one request waits at most 2 s for all of its commands', async () => {
    proxy.delay = 850; // not slow enough for any one command
    try {
      const read = await timed(visitor().get('/api/v1/auth/me'));
      expect(read.took).toBeGreaterThan(proxy.delay);
      expect(read.result.status).toBe(200);
      // It reads, changes and shows: three commands.
      const change = await timed(ask({ method: 'POST', path: '/lab/counter' }));
      expect(change.took).toBeLessThan(PROMISED);
      expect(change.result.status).toBe(503);
    } finally {
      proxy.delay = 0;
    }
    await expectRecovery();
  });

  it('hangs and is replaced by another one, the readiness check is enough to find it', async () => {
    const hung = redis;
    hung.freeze();
    try {
      await expectReadiness('down');
      redis = await startRedis(DEBUG);
      proxy.leadNewTo(redis.port); // the open connections are not closed
      await delay(PROMISED);
      await expectReadiness('up');
    } finally {
      await hung.stop();
    }
    await expectRecovery();
  });
});
