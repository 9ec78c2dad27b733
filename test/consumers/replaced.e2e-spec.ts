import { client, Consumer, PASSWORD } from '../support/consumer';
import { eventually } from '../support/eventually';
import type { Started } from '../support/process';

const ADA = { username: 'ada', password: PASSWORD, email: 'ada@example.com' };

describe('An application with a hasher and a mailer of its own', () => {
  let consumer: Consumer | undefined;
  let started: Started;

  beforeAll(async () => {
    consumer = await Consumer.installed('replaced');
    started = await consumer.start();
    await client(started).post('/api/v1/auth/signup').send(ADA).expect(201);
  }, 180_000);
  afterAll(() => consumer?.remove());

  const probe = async () => (await client(started).get('/probe').expect(200)).body;
  const logIn = (credentials: object) => client(started).post('/api/v1/auth/login').send(credentials);

  it('stores hashes of its own hasher, and logs in by them', async () => {
    expect((await probe()).kind).toBe('scrypt');
    await logIn({ username: 'ada', password: PASSWORD }).expect(200);
    await logIn({ username: 'ada', password: 'not the password' }).expect(401);
    await logIn({ username: 'nobody', password: PASSWORD }).expect(401);
  });

  it('sends mail by its own mailer, into a provider of the imported module', async () => {
    const { sent } = await eventually(probe, (seen) => seen.sent.length > 0);
    expect(sent).toHaveLength(1);
    expect(sent[0]).toMatchObject({ to: ADA.email });
    expect(sent[0].text).toContain('/users/confirm-email');
  });

  it('starts without an error in its log', () => expect(started.output).not.toContain('ERROR'));
});
