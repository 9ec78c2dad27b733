import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { ROOT } from '../support/build';
import { client, Consumer, loggedIn, PASSWORD } from '../support/consumer';
import type { Started } from '../support/process';
import { Slapd } from '../support/slapd';

const DIRECTORY_PASSWORD = 'the password of the directory';
const NAMES = ['dora', 'leaver', 'staff-of-dora'];

describe('An application with a backend for LDAP, hooks, and a log-in of its own', () => {
  let slapd: Slapd | undefined;
  let consumer: Consumer | undefined;
  let started: Started;

  beforeAll(async () => {
    slapd = await Slapd.start(Object.fromEntries(NAMES.map((name) => [name, DIRECTORY_PASSWORD])));
    consumer = await Consumer.installed('own-flow', { packages: ['ldapts', 'strict-event-emitter-types'] });
    started = await consumer.start('main', slapd.settings);
    await loggedIn(started, 'ada');
  }, 180_000);
  afterAll(async () => {
    await consumer?.remove();
    await slapd?.remove();
  });

  const logIn = (username: string, password = DIRECTORY_PASSWORD, at = started) =>
    client(at).post('/api/v1/auth/login').send({ username, password });
  const newcomers = async () =>
    (await client(started).get('/partner/newcomers').expect(200)).body as string[];

  it('has the backend of docs/log-in.md', async () => {
    const [page, backend] = await Promise.all(
      ['docs/log-in.md', 'test/consumers/own-flow/ldap-backend.ts'].map((path) =>
        readFile(join(ROOT, path), 'utf8'),
      ),
    );
    expect(page).toContain(backend);
  });

  it('logs in users of the directory, and makes their account at the first log-in', async () => {
    const { body } = await logIn('dora').expect(200);
    await logIn('DORA').expect(200, body);
    expect(await newcomers()).toEqual(['ada', 'dora']);
  });

  it('logs in users with a password of its own', () => logIn('ada', PASSWORD).expect(200));

  it.each([
    ['a wrong password', 'dora', 'not the password'],
    ['a name that nobody has', 'nobody', DIRECTORY_PASSWORD],
    ['a wildcard for a name', 'dor*', DIRECTORY_PASSWORD],
    ['a filter for a name', 'x)(|(uid=dora)', DIRECTORY_PASSWORD],
    ['the name of an entry that is nobody', 'people', DIRECTORY_PASSWORD],
  ])('refuses %s', async (_what, username, password) => {
    await logIn(username, password).expect(401);
    expect(await newcomers()).toEqual(['ada', 'dora']);
  });

  it('refuses by a hook of the sign-up, for users of the directory too', async () => {
    const answers = [
      await client(started).post('/api/v1/auth/signup').send({ username: 'staff-ada', password: PASSWORD }),
      await logIn('staff-of-dora'),
    ];
    for (const { status, body } of answers) {
      expect(status).toBe(422);
      expect(body).toMatchObject({ errors: { username: ['This name is for our staff.'] } });
    }
  });

  it('refuses by a hook of the sign-up, for accounts that a command makes', async () => {
    const args = ['admin', 'create', 'staff-root', '--app', 'dist/app.module.js'];
    const made = await consumer!.command(args, slapd!.settings, `${PASSWORD}\n`);
    expect([made.code, made.errors]).toEqual([1, expect.stringContaining('This name is for our staff.')]);
  });

  it('refuses by a hook of the log-in whoever has given the right password', async () => {
    await logIn('leaver', 'not the password').expect(401);
    const { body } = await logIn('leaver').expect(403);
    expect(body).toMatchObject({ detail: 'Your contract has ended.' });
  });

  it('logs in by a route of its own', async () => {
    const agent = client(started);
    await agent.post('/partner/callback').send({ code: 'a guess' }).expect(401);
    await agent.post('/partner/callback').send({ code: 'the-code-that-the-provider-has-sent' }).expect(204);
    const { body } = await agent.get('/api/v1/auth/me').expect(200);
    expect(body).toMatchObject({ username: 'partner' });
  });

  it('sends no password to a server whose certificate it does not trust', async () => {
    const LDAP_CA = join(consumer!.folder, 'another-authority.pem');
    await writeFile(LDAP_CA, rootCertificates[0]);
    const other = await consumer!.start('main', { ...slapd!.settings, LDAP_CA });
    await logIn('dora', DIRECTORY_PASSWORD, other).expect(503);
    await other.stop();
  });

  it('answers 503 while the directory hangs or is away, and goes on when it is back', async () => {
    slapd!.freeze();
    const begun = performance.now();
    await logIn('dora').expect(503);
    expect(performance.now() - begun).toBeLessThan(2_000);
    await logIn('ada', PASSWORD).expect(200);
    slapd!.thaw();
    await logIn('dora').expect(200);
    await slapd!.halt();
    await logIn('dora').expect(503);
    await slapd!.run();
    await logIn('dora').expect(200);
  });
});
