import { client, Consumer, loggedIn } from '../support/consumer';
import type { Started } from '../support/process';

const PROBLEM = /^application\/problem\+json/;

describe('A blank Nest application with LatchkeyModule.forRoot()', () => {
  let consumer: Consumer | undefined;
  let started: Started;

  beforeAll(async () => {
    consumer = await Consumer.installed('json-api');
    started = await consumer.start();
  }, 180_000);
  afterAll(() => consumer?.remove());

  it('answers a guest on its own route with 401 as a problem', async () => {
    const { body } = await client(started).get('/invoices').expect(401).expect('Content-Type', PROBLEM);
    expect(body).toMatchObject({ status: 401, instance: '/invoices' });
  });

  it('gives its own route the user, and the JSON that they send', async () => {
    const ada = await loggedIn(started, 'ada');
    await ada.post('/invoices').send({ total: 12 }).expect(201, { total: 12, owner: 'ada' });
    await ada.get('/invoices').expect(200, { for: 'ada', invoices: [{ total: 12, owner: 'ada' }] });
  });

  it('keeps a @Public() route open to guests', () => client(started).get('/prices').expect(200, [100, 200]));

  it('refuses a change of its own data that another site requests', async () => {
    const ada = await loggedIn(started, 'ada-2');
    await ada.post('/invoices').set('Origin', 'https://evil.example').send({ total: 1 }).expect(403);
  });

  it('has no pages, and the start says so in one line', async () => {
    await client(started).get('/users/login').expect(404).expect('Content-Type', PROBLEM);
    expect(started.output.match(/.*The pages.*/gi)).toEqual([
      expect.stringContaining('The pages are off. useLatchkeyViews(app) turns them on'),
    ]);
  });

  it('sends the security headers with its own answers', async () => {
    const { headers } = await client(started).get('/prices');
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff', 'x-frame-options': 'DENY' });
    expect(headers['content-security-policy']).toContain("default-src 'none'");
    expect(headers['x-powered-by']).toBeUndefined();
  });

  it('answers malformed JSON as Nest does, with the security headers', async () => {
    const malformed = client(started).post('/invoices').type('json').send('{"total":');
    const { body, headers } = await malformed.expect(400);
    expect(body).toMatchObject({ statusCode: 400, error: 'Bad Request' });
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    expect(headers['x-request-id']).toBeDefined();
  });

  it.each(['misspelt', 'misspelt-async'])('does not start with a misspelt option: %s', async (file) => {
    const start = await consumer!.run(file);
    expect((await start.ended).code).toBe(1);
    expect(start.output.match(/.*idelTimeout.*/g)).toEqual([
      '  - session.idelTimeout is not an option. Did you mean session.idleTimeout?]',
    ]);
    expect(start.output).not.toMatch(/^\s+at /m);
  });
});
