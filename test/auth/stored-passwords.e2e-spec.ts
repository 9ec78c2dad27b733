import bcrypt from 'bcrypt';
import { PASSWORD, TestApp } from '../support/app';

const [OLD, NEW] = ['the old pepper of this test alone', 'the new pepper of this test alone'];

describe('A stored password', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  const stored = async (id: number): Promise<string> => {
    const rows: { password_hash: string }[] = await app.dataSource.query(
      `SELECT password_hash FROM users WHERE id = ${id}`,
    );
    return rows[0].password_hash;
  };
  const tryAt = (instance: TestApp, username: string, password = PASSWORD) =>
    instance.agent().post('/api/v1/auth/login').send({ username, password });

  it('moves from no pepper to one at log-in, and from there to the next', async () => {
    const id = await app.signUp('ada');
    expect(await stored(id)).toMatch(/^\{hmac-sha384\}\$2b\$/);

    const peppered = await app.another({ PASSWORD_PEPPER: OLD });
    await tryAt(peppered, 'ada').expect(200);
    const first = await stored(id);
    expect(first).toMatch(/^\{hmac-sha384:[0-9a-f]{12}\}\$2b\$/);

    const rotated = await app.another({ PASSWORD_PEPPER: `${NEW},${OLD}` });
    await tryAt(rotated, 'ada', 'wrong password').expect(401);
    expect(await stored(id)).toBe(first);
    await tryAt(rotated, 'ada').expect(200);
    const second = await stored(id);
    expect(second.slice(0, 26)).not.toBe(first.slice(0, 26));

    await tryAt(rotated, 'ada').expect(200);
    expect(await stored(id)).toBe(second);
    await tryAt(await app.another({ PASSWORD_PEPPER: NEW }), 'ada').expect(200);
  });

  it('whose pepper was removed is refused like a wrong one, and not changed', async () => {
    const peppered = await app.another({ PASSWORD_PEPPER: OLD });
    const id = await peppered.signUp('grace');
    const before = await stored(id);

    const withoutIt = await app.another({ PASSWORD_PEPPER: NEW });
    const lost = await tryAt(withoutIt, 'grace').expect(401);
    const unknown = await tryAt(withoutIt, 'unknown').expect(401);
    expect(lost.body).toMatchObject({ detail: (unknown.body as { detail: string }).detail });
    expect(await stored(id)).toBe(before);
    await tryAt(peppered, 'grace').expect(200);
  });

  it('of an imported user logs in once as imported, and is then rehashed', async () => {
    const id = await app.signUp('flask');
    const flask = await bcrypt.hash('of the flask age', 5);
    await app.write(`UPDATE users SET password_hash = '${flask}' WHERE id = ${id}`);

    const peppered = await app.another({ PASSWORD_PEPPER: OLD });
    await tryAt(peppered, 'flask', 'of another age').expect(401);
    expect(await stored(id)).toBe(flask);
    await tryAt(peppered, 'flask', 'of the flask age').expect(200);
    expect(await stored(id)).toMatch(/^\{hmac-sha384:[0-9a-f]{12}\}\$2b\$/);
    await tryAt(peppered, 'flask', 'of the flask age').expect(200);
  });
});
