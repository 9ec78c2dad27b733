import { ForbiddenException, Injectable, Module, Scope, type Type } from '@nestjs/common';
import { type MigrationInterface, type QueryRunner, Table } from 'typeorm';
import {
  AfterDelete,
  AfterLogIn,
  AfterSignUp,
  BeforeDelete,
  BeforeLogIn,
  BeforeLogOut,
  BeforeSignUp,
  type HookEvents,
  InvalidInput,
  LatchkeyModule,
  UsersService,
} from '../../src/index';
import { PASSWORD, TestApp } from '../support/app';
import { entries } from '../support/audit';
import { Mailbox } from '../support/mailbox';
import { cookiePair, fieldError, submit } from '../support/page';
import { RunLogger } from '../support/run-logger';

class CreateLedger1764700000000 implements MigrationInterface {
  async up(runner: QueryRunner): Promise<void> {
    const columns = [{ name: 'line', type: 'varchar' }];
    await runner.createTable(new Table({ name: 'ledger', columns }));
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.dropTable('ledger');
  }
}

/** What hooks were called, with whom. */
const calls: string[] = [];

@Injectable()
class FirstHooks {
  constructor(private readonly users: UsersService) {} // which itself calls hooks

  @BeforeSignUp()
  async write({ user, transaction, request }: HookEvents['BeforeSignUp']): Promise<void> {
    calls.push(`first before sign-up of ${user.username} by ${request?.ip ?? 'nobody'}`);
    await transaction.query(`INSERT INTO ledger (line) VALUES ('${user.id} ${user.username}')`);
  }

  @AfterSignUp()
  async read({ user }: HookEvents['AfterSignUp']): Promise<void> {
    const { username } = await this.users.get(user.id); // committed
    calls.push(`after sign-up of ${username}`);
  }

  @BeforeLogIn()
  logIn({ user, request }: HookEvents['BeforeLogIn']): void {
    calls.push(`before log-in of ${user.username}, ${request.principal ? 'user' : 'guest'}`);
    if (user.username === 'late') throw new ForbiddenException('Your contract has ended.');
    // As HTTP clients throw it: the status is that of another system.
    if (user.username === 'crm') throw Object.assign(new Error('The CRM says no'), { status: 401 });
    if (user.username === 'beside') throw new InvalidInput({ username: ['Log in as your company.'] });
  }

  @AfterLogIn()
  loggedIn({ user, request }: HookEvents['AfterLogIn']): void {
    Object.assign(request.session, { greeting: `Hello ${user.username}` });
    calls.push(`after log-in of ${user.username}`);
    if (user.username === 'broken') throw new Error('A hook broke after the log-in');
  }

  @BeforeLogOut()
  logOut({ principal }: HookEvents['BeforeLogOut']): void {
    calls.push(`before log-out of ${principal.username}`);
    if (principal.username === 'busy') throw new ForbiddenException('Finish your work first.');
  }

  @BeforeDelete()
  async delete({ user, transaction }: HookEvents['BeforeDelete']): Promise<void> {
    await transaction.query(`INSERT INTO ledger (line) VALUES ('end of ${user.username}')`);
    if (user.username === 'debtor') throw new ForbiddenException('Pay your invoices first.');
  }

  @AfterDelete()
  deleted({ user }: HookEvents['AfterDelete']): void {
    calls.push(`after delete of ${user.username}`);
  }
}

class SecondHooks {
  @BeforeSignUp()
  refuse({ user }: HookEvents['BeforeSignUp']): void {
    calls.push(`second before sign-up of ${user.username}`);
    if (user.username.startsWith('bad')) throw new InvalidInput({ username: ['This name is for staff.'] });
  }
}

class NoHooks {
  write(): void {}
}

@Injectable({ scope: Scope.REQUEST })
class RequestHooks {
  @AfterSignUp()
  write(): void {}
}

@Module({})
class Company {}

const started = (hooks: Type[], providers: Type[] = []) =>
  TestApp.start({}, [], (settings) => ({
    module: Company,
    providers,
    imports: [
      LatchkeyModule.fromEnvironment({
        settings,
        hooks,
        errors: 'global',
        migrations: [CreateLedger1764700000000],
      }),
    ],
  }));

describe('Hooks', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await started([FirstHooks, SecondHooks]);
  });
  beforeEach(() => void calls.splice(0));
  afterAll(() => app.close());

  const ledger = async () =>
    (await app.dataSource.query<{ line: string }[]>('SELECT line FROM ledger')).map(({ line }) => line);
  const logIn = (username: string, password = PASSWORD) =>
    app.agent().post('/api/v1/auth/login').send({ username, password });
  const users = () => app.app.get(UsersService, { strict: false });

  it('of sign-up are called in the order of their classes, and write in its transaction', async () => {
    const id = await app.signUp('ada');
    expect(calls).toEqual([
      'first before sign-up of ada by 127.0.0.1',
      'second before sign-up of ada',
      'after sign-up of ada',
    ]);
    expect(await ledger()).toContain(`${id} ada`);
  });

  it('that refuse a sign-up by a field undo it with all that the others wrote, and mail nothing', async () => {
    const account = { username: 'bad', password: PASSWORD, email: 'bad@example.com' };
    const { body } = await app.agent().post('/api/v1/auth/signup').send(account).expect(422);
    expect(body).toMatchObject({ errors: { username: ['This name is for staff.'] } });
    const page = await submit(app.agent(), '/users/signup', { ...account, username: 'bad-2' }).expect(422);
    expect(fieldError(page, 'username')).toBe('This name is for staff.');
    expect(await users().findByUsername('bad')).toBeNull();
    expect((await ledger()).join()).not.toContain('bad');
    expect(await new Mailbox(app).to('bad@example.com')).toEqual([]);
    expect(calls).not.toContain('after sign-up of bad');
  });

  it('are called for accounts that are made without a request, or by a backend', async () => {
    await users().create({ username: 'by-command', password: PASSWORD });
    await users().provision({ username: 'by-backend', system: 'directory' });
    expect(calls).toContain('first before sign-up of by-command by nobody');
    expect(calls).toContain('after sign-up of by-backend');
  });

  it('of log-in are called only after the right password, before there is a session', async () => {
    await app.signUp('grace');
    calls.splice(0);
    await logIn('grace', 'not the password').expect(401);
    expect(calls).toEqual([]);
    await logIn('grace').expect(200);
    expect(calls).toEqual(['before log-in of grace, guest', 'after log-in of grace']);
  });

  it('that refuse a log-in leave a guest without a session, and the audit log says so', async () => {
    const id = await app.signUp('late');
    const agent = app.agent();
    const refused = await submit(agent, '/users/login', { username: 'late', password: PASSWORD }).expect(403);
    expect(refused.text).toContain('Your contract has ended.');
    await agent.get('/api/v1/auth/me').expect(401);
    expect((await entries(app)).at(-1)).toMatchObject({ name: 'auth.loginFailed', user_id: id });
  });

  it('that fail with the status of another system are a fault of the server', async () => {
    await app.signUp('crm');
    const { body } = await logIn('crm').expect(500);
    expect(JSON.stringify(body)).not.toContain('CRM');
  });

  it('that refuse a log-in by a field are told beside it', async () => {
    await app.signUp('beside');
    const credentials = { username: 'beside', password: PASSWORD };
    const page = await submit(app.agent(), '/users/login', credentials).expect(422);
    expect(fieldError(page, 'username')).toBe('Log in as your company.');
  });

  it('after the log-in may put values into the session, and an error of theirs is only logged', async () => {
    await app.signUp('broken');
    const error = jest.spyOn(RunLogger.prototype, 'error');
    const agent = await app.loggedIn('broken');
    expect(error.mock.calls.join()).toContain('A hook failed: AfterLogIn');
    error.mockRestore();
    await agent.get('/api/v1/auth/me').expect(200);
    const [{ data }] = await app.dataSource.query<{ data: string }[]>(
      "SELECT data FROM sessions WHERE data LIKE '%Hello broken%'",
    );
    expect(JSON.parse(data)).toMatchObject({ greeting: 'Hello broken' });
  });

  it('of log-in are not called when a remembered device starts another session', async () => {
    await app.signUp('edith');
    const answer = await logIn('edith').send({ remember: true }).expect(200);
    calls.splice(0);
    const remembered = cookiePair(answer, 'remember');
    await app.agent().get('/api/v1/auth/me').set('Cookie', remembered).expect(200);
    expect(calls).toEqual([]);
  });

  it('of log-out are called for users alone, and may refuse it', async () => {
    await app.agent().post('/api/v1/auth/logout').expect(204);
    expect(calls).toEqual([]);
    const { agent } = await app.user('busy');
    await agent.post('/api/v1/auth/logout').expect(403);
    await agent.get('/api/v1/auth/me').expect(200);
    const { agent: idle } = await app.user('idle');
    await idle.post('/api/v1/auth/logout').expect(204);
    await idle.get('/api/v1/auth/me').expect(401);
    expect(calls).toContain('before log-out of idle');
  });

  it('of deletion write in its transaction, and may refuse it', async () => {
    const { id, agent } = await app.user('debtor');
    await agent.delete(`/api/v1/users/${id}`).send({}).expect(403);
    await agent.get('/api/v1/auth/me').expect(200);
    const { id: other, agent: leaver } = await app.user('leaver');
    await leaver.delete(`/api/v1/users/${other}`).send({}).expect(204);
    expect(await users().findByUsername('leaver')).toBeNull();
    expect(await ledger()).toContain('end of leaver');
    expect(await ledger()).not.toContain('end of debtor');
    expect(calls).toContain('after delete of leaver');
  });

  it('of a deletion that comes too late write nothing', async () => {
    const id = await app.signUp('changed');
    await expect(users().remove(id, undefined, 99)).rejects.toThrow('Please log in first');
    expect(await ledger()).not.toContain('end of changed');
  });
});

describe('The start is refused and names', () => {
  it.each([
    [
      'a hook that would never be called',
      [],
      [SecondHooks],
      'SecondHooks.refuse is a hook, but hooks does not name the class',
    ],
    ['a class without hooks', [NoHooks], [], 'hooks: NoHooks has no method'],
    ['hooks that depend on a request', [RequestHooks], [], 'hooks: RequestHooks may not depend on a request'],
  ])('%s', async (_what, hooks: Type[], providers: Type[], message) => {
    await expect(started(hooks, providers)).rejects.toThrow(message);
  });
});
