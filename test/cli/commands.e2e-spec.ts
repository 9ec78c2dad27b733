import { PASSWORD, TestApp } from '../support/app';
import { entries, happen, written } from '../support/audit';
import { latchkey } from '../support/command';
import { type Build, build } from '../support/build';

describe('The command line', () => {
  let built: Build;
  let app: TestApp;

  beforeAll(async () => {
    built = await build();
    app = await TestApp.start();
  }, 120_000);
  afterAll(async () => {
    await app.close();
  });

  const run = (args: string[], input?: string) => latchkey(built, app.environment, args, input);
  const logIn = (username: string, password = PASSWORD) =>
    app.agent().post('/api/v1/auth/login').send({ username, password });

  it('lists its commands, and exits with 2 for an unknown one', async () => {
    const help = await run(['--help']);
    expect(help.code).toBe(0);
    for (const word of ['doctor', 'audit', 'admin', 'user', 'Exit code']) expect(help.output).toContain(word);
    for (const args of [
      ['dance'],
      ['admin', 'create'],
      ['user', 'disable'],
      ['audit', 'verify', '--known', 'x'],
      ['admin', 'grant', 'a', 'b'],
    ]) {
      const outcome = await run(args);
      expect([args, outcome.code]).toEqual([args, 2]);
      expect(outcome.errors).toContain('error:');
    }
  });

  it('exits with 2 and without a stack for invalid settings', async () => {
    const { code, errors } = await latchkey(built, { ...app.environment, BCRYPT_COST: '99' }, [
      'audit',
      'verify',
    ]);
    expect(code).toBe(2);
    expect(errors).toContain('BCRYPT_COST');
    expect(errors).not.toMatch(/\n\s+at /);
  });

  it('creates the first admin, with a password from standard input that the policy accepts', async () => {
    const weak = await run(['admin', 'create', 'root-of-all'], 'password\n');
    expect(weak.code).toBe(1);
    expect(weak.errors).toContain('password:');
    await logIn('root-of-all', 'password').expect(401);

    const made = await run(['admin', 'create', 'root-of-all'], `${PASSWORD}\nmore\n`);
    expect(made).toEqual({ code: 0, output: '"root-of-all" is an admin and may log in.\n', errors: '' });
    await logIn('root-of-all').expect(200);
    const rows = await app.dataSource.query("SELECT role FROM users WHERE username = 'root-of-all'");
    expect(rows).toEqual([{ role: 'admin' }]);

    expect(await run(['admin', 'create', 'Root-Of-All'], PASSWORD)).toMatchObject({
      code: 1,
      errors: 'This name is taken.\n',
    });
    expect((await run(['admin', 'create', 'two words'], PASSWORD)).code).toBe(1);
    expect((await run(['admin', 'create', 'silent'])).code).toBe(1);
  });

  it('grants and revokes admin: each logs the user out, and is in the audit log', async () => {
    const { id, agent } = await app.user('ada');
    expect(await run(['admin', 'grant', 'ADA'])).toMatchObject({
      code: 0,
      output: expect.stringContaining('now') as string,
    });
    await agent.get('/api/v1/auth/me').expect(401);
    expect((await run(['admin', 'grant', 'ada'])).output).toContain('already');
    expect((await run(['admin', 'revoke', 'ada'])).code).toBe(0);
    const told = (await entries(app)).filter(
      ({ name, user_id }) => name === 'role.changed' && user_id === id,
    );
    expect(told.map(({ details }) => JSON.parse(details) as unknown)).toEqual([
      { userId: id, role: 'admin' },
      { userId: id, role: 'user' },
    ]);
    expect(await run(['admin', 'grant', 'unknown'])).toMatchObject({
      code: 1,
      errors: 'There is no user named "unknown".\n',
    });
  });

  it('replaces the roles of a user, who may have several, and refuses unknown ones', async () => {
    const { agent } = await app.user('clerk');
    const refused = await run(['user', 'roles', 'clerk', 'admin', 'boss']);
    expect(refused).toMatchObject({ code: 1, errors: 'roles: There is no role boss.\n' });
    await agent.get('/api/v1/auth/me').expect(200);
    expect(await run(['user', 'roles', 'clerk', 'user', 'admin'])).toMatchObject({
      code: 0,
      output: '"clerk" has the roles user, admin.\n',
    });
    await agent.get('/api/v1/auth/me').expect(401);
    expect((await run(['admin', 'revoke', 'clerk'])).code).toBe(0);
    const rows = await app.dataSource.query("SELECT role FROM users WHERE username = 'clerk'");
    expect(rows).toEqual([{ role: 'user' }]);
  });

  it('disables and enables a user', async () => {
    const { agent } = await app.user('grace');
    expect((await run(['user', 'disable', 'grace'])).code).toBe(0);
    await agent.get('/api/v1/auth/me').expect(401);
    await logIn('grace').expect(401);
    expect((await run(['user', 'enable', 'grace'])).code).toBe(0);
    await logIn('grace').expect(200);
  });

  it('verifies the audit log: it exits with 0 if it is intact, else with 1 and the entry', async () => {
    await happen(app, 5);
    await written(app);
    const whole = await run(['audit', 'verify']);
    expect(whole).toMatchObject({ code: 0, errors: '' });
    expect(whole.output).toMatch(/^\d+ entries, the end is \d+:[\w-]{43}\nThe audit log is whole\.\n$/);
    const [, end] = /the end is (\S+)/.exec(whole.output)!;
    expect((await run(['audit', 'verify', '--known', end])).code).toBe(0);
    expect((await run(['audit', 'verify', '--known', `999${end}`])).code).toBe(1);

    await app.write('UPDATE security_events SET user_id = 77 WHERE id = 2');
    const changed = await run(['audit', 'verify']);
    expect(changed.code).toBe(1);
    expect(changed.errors).toContain('Entry 2 was changed.');
  });
});
