import bcrypt from 'bcrypt';
import { User } from '../../src/users/user.entity';
import { UsersService } from '../../src/users/users-service';
import { PASSWORD, TestApp } from '../support/app';

const WRONG = 'not the password at all';

describe('The work of a refused log-in', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  async function stored(username: string, passwordHash: string): Promise<number> {
    const id = await app.signUp(username);
    await app.dataSource.manager.update(User, { id }, { passwordHash });
    return id;
  }

  /** The bcrypt rounds of a refused log-in. */
  async function rounds(instance: TestApp, username: string, password = WRONG): Promise<number> {
    const compare = jest.spyOn(bcrypt, 'compare');
    await instance.agent().post('/api/v1/auth/login').send({ username, password }).expect(401);
    const costs = compare.mock.calls.map(([, hash]) => (hash === '' ? -Infinity : Number(hash.slice(4, 6))));
    compare.mockRestore();
    return costs.reduce((sum, cost) => sum + 2 ** cost, 0);
  }

  it('is that of BCRYPT_COST if no more expensive hash is stored', async () => {
    await app.signUp('ours');
    expect([await rounds(app, 'ours'), await rounds(app, 'unknown')]).toEqual([2 ** 4, 2 ** 4]);
  });

  it('is that of the most expensive stored hash from the first request on, for every name', async () => {
    await stored('cost4', await bcrypt.hash(PASSWORD, 4));
    await stored('cost5', await bcrypt.hash(PASSWORD, 5));
    await stored('django', `bcrypt$${await bcrypt.hash(PASSWORD, 6)}`);
    await stored('broken', 'no hash');
    await stored('lost', `{hmac-sha384:0123456789ab}${await bcrypt.hash(PASSWORD, 5)}`);
    const users = app.app.get(UsersService, { strict: false });
    await users.disable(await stored('disabled', await bcrypt.hash(PASSWORD, 5)));

    const started = await app.another();
    for (const name of ['unknown', 'ours', 'cost4', 'cost5', 'django', 'broken', 'lost'])
      expect([name, await rounds(started, name)]).toEqual([name, 2 ** 6]);
    // A right password that does not log in takes as long as a wrong one.
    expect(await rounds(started, 'disabled', PASSWORD)).toBe(2 ** 6);
    expect(await rounds(started, 'disabled')).toBe(2 ** 6);
  });

  it('grows when a process reads a more expensive hash that was stored after its start', async () => {
    const started = await app.another({ BCRYPT_COST: '5' });
    expect(await rounds(started, 'unknown')).toBe(2 ** 6);
    await stored('later', await bcrypt.hash(PASSWORD, 7));
    expect(await rounds(started, 'later')).toBe(2 ** 7);
    expect([await rounds(started, 'unknown'), await rounds(started, 'ours')]).toEqual([2 ** 7, 2 ** 7]);
  });

  it('grows at most by a factor of four, so that one expensive hash does not slow down all log-ins', async () => {
    await stored('dear', await bcrypt.hash(PASSWORD, 9));
    const started = await app.another();
    expect([await rounds(started, 'unknown'), await rounds(started, 'dear')]).toEqual([2 ** 6, 2 ** 9]);
  });

  it('includes PBKDF2 and scrypt, so that unknown names are not refused sooner', async () => {
    await stored('werkzeug', `pbkdf2:sha256:1000000$salt$${'0'.repeat(64)}`);
    const started = await app.another({ BCRYPT_COST: '10' });
    // A million iterations take about as long as 3,000 rounds.
    expect(await rounds(started, 'unknown')).toBe(2 ** 12);
  });
});
