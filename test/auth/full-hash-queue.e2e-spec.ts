import { HashingQueue } from '../../src/auth/passwords/hashing-queue';
import { PASSWORD, TestApp } from '../support/app';
import { tellFigures } from '../support/figures';
import { Wire } from '../support/wire';

describe('While the hashing queue is full', () => {
  let app: TestApp;
  let makeRoom: () => void;

  beforeAll(async () => {
    app = await TestApp.start({ HASH_QUEUE: '4' });
    await app.signUp('ada');
    const queue = app.app.get(HashingQueue, { strict: false });
    const room = new Promise<void>((resolve) => (makeRoom = resolve));
    let isFull = false;
    // The first refused request shows that the queue is full; the others wait until the end of the test.
    while (!isFull) {
      queue.run(() => room, '127.0.0.1').catch(() => (isFull = true));
      await new Promise((resolve) => setImmediate(resolve));
    }
  });
  afterAll(() => app.close());

  it('log-ins and sign-ups get 503 in less than 100 ms, and logged-in users are not affected', async () => {
    const wire = await Wire.open(app.port);
    const times: number[] = [];
    for (const [path, username] of Array.from({ length: 8 }, (_, index) => [
      ['/api/v1/auth/login', 'ada'],
      ['/api/v1/auth/login', 'unknown'],
      ['/api/v1/auth/signup', `new${index}`],
    ]).flat()) {
      const before = performance.now();
      const headers = { Origin: app.baseUrl };
      const json = { username, password: PASSWORD };
      const answer = await wire.ask({ method: 'POST', path, headers, json });
      times.push(performance.now() - before);
      expect(answer.status).toBe(503);
      expect(Number(answer.header('retry-after'))).toBeGreaterThan(0);
    }
    wire.close();
    times.sort((one, other) => one - other);
    const median = times[times.length / 2];
    tellFigures('503 of a full line, ms', { median, slowest: times.at(-1) });
    expect(median).toBeLessThan(100);

    const invalid = { username: 'two words', password: PASSWORD };
    const { body } = await app.agent().post('/api/v1/auth/signup').send(invalid).expect(422);
    expect(Object.keys((body as { errors: object }).errors)).toEqual(['username']);

    await app.agent().get('/users/login').expect(200);
    makeRoom();
    await app.loggedIn('ada');
  });
});
