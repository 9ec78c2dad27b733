import { availableParallelism } from 'node:os';
import type { Response } from 'supertest';
import { requestSource } from '../../src/http/request-source';
import { HashingQueue } from '../../src/auth/passwords/hashing-queue';
import { PASSWORD, TestApp } from '../support/app';
import { eventually } from '../support/eventually';

const ATTACKER = '203.0.113.7';
const OTHER = '198.51.100.9';
const ACCOUNTS = 8;
const SHARE = 20;
const CORES = availableParallelism();

describe('While one source floods the hashing queue with right passwords', () => {
  let app: TestApp;
  let queue: HashingQueue;
  let open: () => void;
  /** How many hashes of the one source started while each one of the other was waiting. */
  const waited: number[] = [];

  beforeAll(async () => {
    app = await TestApp.start({
      TRUST_PROXY: 'loopback',
      THROTTLE: 'on',
      HASH_QUEUE_PER_SOURCE: String(SHARE),
    });
    queue = app.app.get(HashingQueue, { strict: false });
    for (let n = 0; n < ACCOUNTS; n++) await app.signUp(`account${n}`);
    await app.signUp('ada');
  });
  afterAll(() => app.close());

  beforeEach(() => slowDown());

  function slowDown() {
    const gate = new Promise<void>((resolve) => (open = resolve));
    let begun = 0;
    waited.length = 0;
    const run = queue.run.bind(queue);
    jest.spyOn(queue, 'run').mockImplementation((task) => {
      const before = begun;
      const isOther = requestSource() === OTHER;
      return run(async () => {
        if (isOther) waited.push(begun - before);
        else begun += 1;
        await gate;
        return task();
      });
    });
  }
  afterEach(() => {
    open();
    jest.restoreAllMocks();
  });

  const logIn = (ip: string, username: string, instance = app): Promise<Response> =>
    instance
      .agent()
      .post('/api/v1/auth/login')
      .set('X-Forwarded-For', ip)
      .send({ username, password: PASSWORD })
      .then((answer) => answer);

  it('a log-in from another source is next in turn, and only requests beyond the share get 503', async () => {
    const sent = Array.from({ length: 5 * ACCOUNTS }, (_, n) => logIn(ATTACKER, `account${n % ACCOUNTS}`));
    await eventually(
      () => queue.refused,
      (refused) => refused === sent.length - SHARE - CORES,
    );
    const others = [logIn(OTHER, 'ada'), logIn(OTHER, 'ada')];
    await eventually(
      () => queue.waiting,
      (waiting) => waiting === SHARE + others.length,
    );
    open();
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200]);
    expect(waited).toHaveLength(2);
    expect(Math.max(...waited)).toBeLessThanOrEqual(CORES + 2);

    const answers = await Promise.all(sent);
    const refused = answers.filter(({ status }) => status !== 200);
    expect(refused).toHaveLength(sent.length - SHARE - CORES);
    for (const { status, headers } of refused) expect([status, headers['retry-after']]).toEqual([503, '1']);
  });

  it('a log-in from elsewhere is next in turn and gets a place in a full queue, even if each guess comes from another /64 of one /48', async () => {
    const small = await app.another({ HASH_QUEUE: '40' });
    queue = small.app.get(HashingQueue, { strict: false });
    slowDown();
    const sent = Array.from({ length: 70 }, (_, n) =>
      logIn(`2001:db8:7:${n.toString(16)}::1`, `account${n % ACCOUNTS}`, small),
    );
    await eventually(
      () => queue.refused,
      (refused) => refused === sent.length - 40 - CORES,
    );
    const others = [logIn(OTHER, 'ada', small), logIn('2001:db8:8::1', 'ada', small)];
    await eventually(
      () => queue.refused,
      (refused) => refused === sent.length - 40 - CORES + others.length,
    );
    open();
    expect((await Promise.all(others)).map(({ status }) => status)).toEqual([200, 200]);
    expect(waited).toHaveLength(1); // of OTHER, which `waited` is about
    expect(Math.max(...waited)).toBeLessThanOrEqual(CORES + 2);
    const statuses = (await Promise.all(sent)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 200)).toHaveLength(40 + CORES - others.length);
  });
});
