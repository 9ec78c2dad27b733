import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import bcrypt from 'bcrypt';
import { User } from '../../src/users/user.entity';
import { TestApp } from '../support/app';
import { flashes, submit } from '../support/page';

const { verify } = JSON.parse(readFileSync(join(__dirname, '../support/imported-hashes.json'), 'utf8')) as {
  verify: { system: string; stored: string; password: string }[];
};
const NOTICE =
  'Your password comes from an earlier system, which checked only its beginning. Please change it, or set it again, under Your account.';
/** One per algorithm; src/auth/passwords/imported-hash.spec.ts verifies all formats. */
const SYSTEMS = [
  'Werkzeug, by default',
  'Werkzeug, pbkdf2:sha256',
  'Django, bcrypt',
  'Django, bcrypt_sha256 of 200 bytes',
  'passlib, bcrypt-sha256 v2',
  'bytes of bcrypt in a text column of PostgreSQL',
  'str() of the bytes of bcrypt of Python',
  'htpasswd of Apache',
];
const OURS = /^\{hmac-sha384\}\$2b\$04\$/;

describe('The password of an imported user', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  const stored = async (id: number) => {
    const [{ hash }] = await app.dataSource.query<{ hash: string }[]>(
      `SELECT password_hash AS hash FROM users WHERE id = ${id}`,
    );
    return hash;
  };
  async function imported(username: string, hash: string): Promise<number> {
    const id = await app.signUp(username);
    await app.dataSource.manager.update(User, { id }, { passwordHash: hash });
    return id;
  }
  const logIn = (username: string, password: string) =>
    app.agent().post('/api/v1/auth/login').send({ username, password });

  it('logs in with the hash of another system, and is then stored as bcrypt', async () => {
    for (const [n, system] of SYSTEMS.entries()) {
      const { stored: hash, password } = verify.find((one) => one.system === system)!;
      const username = `imported${n}`;
      const id = await imported(username, hash);
      await logIn(username, `y${password}`.slice(0, 70)).expect(401);
      const first = await logIn(username, password);
      expect([system, first.status]).toEqual([system, 200]);
      expect([system, await stored(id)]).toEqual([system, expect.stringMatching(OURS)]);
      expect([system, (await logIn(username, password)).status]).toEqual([system, 200]);
    }
  });

  it('is not replaced by one that differs after the 72nd byte, so that a typo locks no user out', async () => {
    const right = `${'ä'.repeat(36)} and the rest that bcrypt never read`;
    const slip = `${'ä'.repeat(36)} and a slip`;
    const hash = await bcrypt.hash(right, 4);
    const id = await imported('long', hash);
    for (const password of [slip, right, 'ä'.repeat(36)]) {
      await logIn('long', password).expect(200);
      expect(await stored(id)).toBe(hash);
    }
    await logIn('long', 'ä'.repeat(35)).expect(401);
  });

  it('is not replaced by one with a NUL, at which bcrypt in C stops', async () => {
    const hash = await bcrypt.hash('same', 4);
    const id = await imported('nul', hash);
    // By the form: the API refuses a NUL in every field.
    await submit(app.agent(), '/users/login', { username: 'nul', password: 'same\0slip' }).expect(303);
    expect(await stored(id)).toBe(hash);
    await logIn('nul', 'same').expect(200);
    expect(await stored(id)).toMatch(OURS);
  });

  it('of 72 bytes or more makes pages ask its owner to change it', async () => {
    const right = `${'of a long age '.repeat(6)}and more`;
    await imported('asked', await bcrypt.hash(right, 4));
    const agent = app.agent();
    const form = { username: 'asked', password: `${right} slip` };
    await submit(agent, '/users/login', form).expect(303);
    expect(flashes(await agent.get('/users/welcome'))).toEqual(["You've successfully logged in!", NOTICE]);
    expect((await agent.get('/account')).text).toContain(`${NOTICE} <a href="/account/password">`);

    // The same password again, which otherwise would count as no change.
    await submit(agent, '/account/password', { currentPassword: right, newPassword: right }).expect(303);
    expect((await agent.get('/account')).text).not.toContain(NOTICE);
    await logIn('asked', `${right} slip`).expect(401);
    await submit(app.agent(), '/users/login', { username: 'asked', password: right }).expect(303);
    const again = { currentPassword: right, newPassword: right };
    await submit(agent, '/account/password', again).expect(422);
  });

  it('of fewer bytes needs no change', async () => {
    await imported('short', await bcrypt.hash('of the flask age', 4));
    const agent = app.agent();
    await submit(agent, '/users/login', { username: 'short', password: 'of the flask age' }).expect(303);
    expect(flashes(await agent.get('/users/welcome'))).toEqual(["You've successfully logged in!"]);
    expect((await agent.get('/account')).text).not.toContain(NOTICE);
  });
});
