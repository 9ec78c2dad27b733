import { setTimeout as delay } from 'node:timers/promises';
import { applicationWith, PASSWORD, TestApp } from '../support/app';
import { tellFigures } from '../support/figures';
import { ProbeModule } from '../support/probe.module';
import { askRedis } from '../support/redis';
import { type RedisServer, startRedis } from '../support/redis-server.cjs';
import { TcpProxy } from '../support/tcp-proxy';
import { Wire, type WireAnswer, type WireRequest } from '../support/wire';

const LAG = 150;
const FAILOVERS = 8;
/** Sessions that are logged out during each failover, while as many others begin. */
const STOCK = 60;
const LANES = 10;
const ORIGIN = { Origin: 'http://localhost:3000' };
const NO_RESYNC_DELAY = { 'repl-diskless-sync-delay': 0, 'repl-timeout': 5 };

type Ask = (request: WireRequest) => Promise<WireAnswer>;

/** Two Redis servers, the second a replica that hears everything LAG milliseconds late. */
interface Pair {
  primary: RedisServer;
  replica: RedisServer;
  link: TcpProxy;
}

describe(`When a Redis primary dies whose replica is ${LAG} ms behind`, () => {
  let app: TestApp;
  let second: TestApp;
  let address: TcpProxy;
  let pair: Pair;
  /** Acknowledged to a user, by cookie. */
  const loggedIn = new Set<string>();
  const loggedOut = new Set<string>();
  const counts = { written: 0, refused: 0, lost: 0, revived: 0 };

  beforeAll(async () => {
    pair = await startPair();
    address = await TcpProxy.to(pair.primary.port);
    const redis = { SESSION_STORE: 'redis', REDIS_URL: `redis://127.0.0.1:${address.port}` };
    app = await TestApp.start(redis, [], applicationWith(ProbeModule));
    second = await app.another();
    await app.signUp('ada');
  });
  afterAll(async () => {
    await app.close();
    await address.close();
    await endPair();
  });

  async function startPair(): Promise<Pair> {
    const primary = await startRedis(NO_RESYNC_DELAY);
    const link = await TcpProxy.to(primary.port);
    const replica = await startRedis({ ...NO_RESYNC_DELAY, replicaof: `127.0.0.1 ${link.port}` });
    while (!String(await askRedis(replica.url, ['INFO', 'replication'])).includes('master_link_status:up'))
      await delay(50);
    link.delay = LAG;
    return { primary, replica, link };
  }

  async function endPair(): Promise<void> {
    await pair.primary.stop();
    await pair.replica.stop();
    await pair.link.close();
  }

  const keysOf = async ({ url }: RedisServer) => new Set((await askRedis(url, ['KEYS', '*'])) as string[]);

  /** The primary is cut off, dies, and its replica takes its place. Nothing of what was under way arrives. */
  async function failOver(): Promise<void> {
    pair.link.cut();
    const before = await keysOf(pair.primary);
    await pair.primary.stop();
    await askRedis(pair.replica.url, ['REPLICAOF', 'NO', 'ONE']);
    const after = await keysOf(pair.replica);
    address.leadNewTo(pair.replica.port);
    counts.lost += missing(before, after);
    counts.revived += missing(after, before);
  }

  /** A new primary and replica for the next failover, empty as after a repair. */
  async function repair(): Promise<void> {
    const former = pair;
    pair = await startPair();
    address.leadNewTo(pair.primary.port);
    await former.replica.stop();
    await former.link.close();
  }

  const post = (path: string, rest: Partial<WireRequest> = {}): WireRequest => ({
    method: 'POST',
    path,
    headers: ORIGIN,
    ...rest,
  });

  /** Does all of `work`, on LANES pairs of connections at once. */
  async function inParallel<T>(work: T[], act: (ask: Ask, item: T) => Promise<void>): Promise<void> {
    const left = [...work];
    const lane = async () => {
      const wires = await Promise.all([app, second].map(({ port }) => Wire.open(port)));
      let turn = 0;
      const ask: Ask = (request) => wires[(turn += 1) % 2].ask(request);
      for (let item = left.pop(); item !== undefined; item = left.pop()) await act(ask, item);
      for (const wire of wires) wire.close();
    };
    await Promise.all(Array.from({ length: LANES }, lane));
  }

  /** Logs in and writes, which moves the session's values to Redis. @returns its cookie */
  async function begin(ask: Ask): Promise<string> {
    const json = { username: 'ada', password: PASSWORD };
    const cookie = (await ask(post('/api/v1/auth/login', { json }))).cookie('sid');
    if (!cookie) throw new Error('A log-in needs SQL alone');
    loggedIn.add(cookie);
    const { status } = await ask(post('/probe/values/some', { cookie }));
    counts[status === 201 ? 'written' : 'refused'] += 1;
    return cookie;
  }

  /** Retries after an error, as a user does. */
  async function logOut(ask: Ask, cookie: string): Promise<void> {
    loggedIn.delete(cookie);
    while ((await ask(post('/api/v1/auth/logout', { cookie }))).status !== 204) {
      counts.refused += 1;
      await delay(50);
    }
    loggedOut.add(cookie);
  }

  it(`no acknowledged log-out is undone and no acknowledged log-in is lost, in ${FAILOVERS} failovers`, async () => {
    for (let round = 0; round < FAILOVERS; round += 1) {
      if (round > 0) await repair();
      const stock: string[] = [];
      await inParallel(Array<number>(STOCK).fill(0), async (ask) => void stock.push(await begin(ask)));
      await delay(3 * LAG); // the replica knows these

      let left = STOCK;
      let failing: Promise<void> | undefined;
      await inParallel(stock, async (ask, cookie) => {
        await begin(ask);
        await logOut(ask, cookie);
        left -= 1;
        if (left < STOCK / 2) failing ??= failOver(); // in the middle of it
      });
      await failing;
    }

    const statusOf = async (wire: Wire, cookie: string) =>
      (await wire.ask({ path: '/api/v1/auth/me', cookie })).status;
    const after = { alive: 0, dead: 0 };
    const wire = await Wire.open(second.port);
    while ((await wire.ask({ path: '/health/ready' })).status !== 200) await delay(20);
    for (const cookie of loggedOut) if ((await statusOf(wire, cookie)) !== 401) after.alive += 1;
    for (const cookie of loggedIn) if ((await statusOf(wire, cookie)) !== 200) after.dead += 1;
    wire.close();

    const sizes = { loggedIn: loggedIn.size, loggedOut: loggedOut.size };
    tellFigures(`${FAILOVERS} failovers`, { ...sizes, ...counts, ...after });
    expect(after).toEqual({ alive: 0, dead: 0 });
    expect(loggedIn.size).toBe(FAILOVERS * STOCK);
    expect(loggedOut.size).toBe(FAILOVERS * STOCK);
    // The failovers did what they do to those who believe Redis: values were gone, and others had come back.
    expect(counts.lost).toBeGreaterThan(FAILOVERS);
    expect(counts.revived).toBeGreaterThan(FAILOVERS);
  }, 120_000);
});

const missing = (keys: Set<string>, others: Set<string>): number =>
  [...keys].filter((key) => !others.has(key)).length;
