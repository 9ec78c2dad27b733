import type TestAgent from 'supertest/lib/agent';
import { Database, UsersService, UserStore } from '../../src/index';
import { BROWSER_ACCEPT, PASSWORD, TestApp } from '../support/app';
import { RunLogger } from '../support/run-logger';
import { fieldError, fieldValue, submit } from '../support/page';
import { Employee, EmployeeSignup, employees } from './employees';

const ADA = { username: 'ada', password: PASSWORD, department: 'Research', badgeNumber: '1' };

describe('Users with columns of the application', () => {
  let app: TestApp;
  let ada: TestAgent;
  let id: number;

  beforeAll(async () => {
    app = await TestApp.start({}, [], employees({ entity: Employee, signUp: EmployeeSignup }));
    ({
      body: { id },
    } = await signUp(ADA).expect(201));
    ada = await app.loggedIn('ada');
  });
  afterAll(() => app.close());

  const signUp = (fields: object) => app.agent().post('/api/v1/auth/signup').send(fields);
  const store = () => app.app.get<UserStore<Employee>>(UserStore, { strict: false });
  const users = () => app.app.get<UsersService<Employee>>(UsersService, { strict: false });

  it('are instances of its class, with the defaults of the database', async () => {
    const found = await store().findById(id);
    expect(found).toBeInstanceOf(Employee);
    expect(found).toMatchObject({ department: 'Research', badgeNumber: '1', rank: 7, roles: ['user'] });
    expect(found?.title).toBe('ada of Research');
    expect(await store().findByCanonicalUsername('ada')).toBeInstanceOf(Employee);
    const made = await users().create({ username: 'made', password: PASSWORD, department: 'Sales', rank: 9 });
    expect(made).toBeInstanceOf(Employee);
    expect(made).toMatchObject({ department: 'Sales', badgeNumber: null, rank: 9 });
    expect(await users().rename(made, 'made-again')).toBeInstanceOf(Employee);
  });

  it('show what they signed up with to themselves alone', async () => {
    const own = { username: 'ada', department: 'Research', badgeNumber: '1' };
    const shown = [
      await ada.get('/api/v1/auth/me').expect(200),
      await ada.get(`/api/v1/users/${id}`).expect(200),
      await ada.patch(`/api/v1/users/${id}`).send({ username: 'ada' }).expect(200),
      await app.agent().post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD }).expect(200),
    ];
    for (const { body } of shown) {
      expect(body).toMatchObject(own);
      expect(body).not.toHaveProperty('rank');
    }
    expect((await ada.get(`/users/${id}`).expect(200)).text).toMatch(
      /<dt>Your department, .*\n<dd>Research<\/dd>/,
    );
    await signUp({ ...ADA, username: 'grace', badgeNumber: '2' }).expect(201);
    const grace = await app.loggedIn('grace');
    expect((await grace.get(`/api/v1/users/${id}`).expect(200)).body).not.toHaveProperty('department');
    expect((await grace.get(`/users/${id}`).expect(200)).text).not.toContain('Research');
    expect((await grace.get('/api/v1/users').expect(200)).text).not.toContain('department');
  });

  it('export every column that is read, and take all with them when they are deleted', async () => {
    await signUp({ ...ADA, username: 'brief', badgeNumber: '3' }).expect(201);
    const brief = await app.loggedIn('brief');
    const { account } = JSON.parse((await brief.get('/api/v1/auth/export').expect(200)).text);
    expect(account).toMatchObject({ username: 'brief', department: 'Research', badgeNumber: '3', rank: 7 });
    expect(account).not.toHaveProperty('pin');
    expect(account).not.toHaveProperty('passwordHash');
    await brief.delete(`/api/v1/users/${account.id}`).expect(204);
    expect(await store().findById(account.id)).toBeNull();
    await signUp({ ...ADA, username: 'next', badgeNumber: '3' }).expect(201);
  });

  it('are told at the field if a unique column has the value already', async () => {
    const { body } = await signUp({ ...ADA, username: 'twin' }).expect(409);
    expect(body.errors).toEqual({ badgeNumber: ['This is taken.'] });
    const taken = await signUp({ ...ADA, badgeNumber: '99' }).expect(409);
    expect(taken.body.errors).toEqual({ username: ['This name is taken.'] });
    const page = await submit(app.agent(), '/users/signup', { ...ADA, username: 'twin' }).expect(409);
    expect(fieldError(page, 'badgeNumber')).toBe('This is taken.');
    expect(fieldValue(page, 'department')).toBe('Research');
  });

  it('may leave an optional field of the form empty', async () => {
    for (const username of ['blank', 'blank-2'])
      await submit(app.agent(), '/users/signup', { ...ADA, username, badgeNumber: '' }).expect(303);
    expect(await store().findByCanonicalUsername('blank')).toMatchObject({ badgeNumber: null });
    await signUp({ ...ADA, username: 'null', badgeNumber: null }).expect(201);
  });

  it('see all errors of a sign-up at once', async () => {
    const { body } = await signUp({ username: '', password: 'short', department: ' ' }).expect(422);
    expect(Object.keys(body.errors).sort()).toEqual(['department', 'password', 'username']);
    expect(body.errors.department).toEqual(['This field is required.']);
  });

  it.each([
    ['of 41 characters', 'x'.repeat(41), 422],
    ['of 40 characters of two units', '😀'.repeat(40), 201],
    ['of 90 kB', 'x'.repeat(90_000), 422],
    ['of 1 MB', 'x'.repeat(1_000_000), 413],
    ['with a NUL', 'Sales\0', 422],
    ['with a lone surrogate', 'Sales\ud800', 422],
    ['that is a list', ['Sales'], 422],
    ['that is an object', { length: 3 }, 422],
  ])('with a text %s get an answer that says so, not an error', async (_, department, status) => {
    const username = `hostile-${status}`;
    await signUp({ username, password: PASSWORD, department }).expect(status);
    await submit(app.agent(), '/users/signup', { username: `${username}-2`, password: PASSWORD, department })
      .timeout(2_000)
      .expect((answer) => expect(answer.status).toBeLessThan(500));
  });

  it.each([
    ['role', '"role":"admin"'],
    ['passwordHash', '"passwordHash":"x"'],
    ['securityVersion', '"securityVersion":9'],
    ['id', '"id":1'],
    ['rank', '"rank":99'],
    ['__proto__', '"__proto__":{"role":"admin"}'],
    ['constructor', '"constructor":{"prototype":{"role":"admin"}}'],
  ])('cannot set %s by a sign-up', async (_, field) => {
    const body = JSON.stringify({ ...ADA, username: 'mallory' }).replace(/}$/, `,${field}}`);
    await app.agent().post('/api/v1/auth/signup').type('json').send(body).expect(400);
    expect(await store().findByCanonicalUsername('mallory')).toBeNull();
  });
});

describe.each(['0', '1000'])('The fields of the option users.principal, with SESSION_CACHE=%s,', (cache) => {
  let app: TestApp;
  let ada: TestAgent;
  let id: number;
  let principal: (user: Employee) => object = (user) => ({ department: user.department, title: user.title });

  beforeAll(async () => {
    const users = {
      entity: Employee,
      signUp: EmployeeSignup,
      principal: (user: Employee) => principal(user),
    };
    app = await TestApp.start({ SESSION_CACHE: cache }, [], employees(users));
    ({
      body: { id },
    } = await app.agent().post('/api/v1/auth/signup').send(ADA).expect(201));
    ada = await app.loggedIn('ada');
  });
  afterAll(() => app.close());

  const desk = async () => (await ada.get('/desk').expect(200)).body;

  it('are on the principal of each request', async () => {
    for (let request = 0; request < 3; request += 1)
      expect(await desk()).toMatchObject({
        id,
        username: 'ada',
        department: 'Research',
        title: 'ada of Research',
      });
  });

  it('follow a change by the application in the next request', async () => {
    const store = app.app.get<UserStore<Employee>>(UserStore, { strict: false });
    await store.update({ id, securityVersion: 1 }, { department: 'Sales' });
    expect(await desk()).toMatchObject({ department: 'Sales' });
    const database = app.app.get(Database, { strict: false });
    await database.write((manager) => manager.update(Employee, { id }, { department: 'Research' }));
    expect(await desk()).toMatchObject({ department: 'Research' });
  });

  it("do not replace Latchkey's own", async () => {
    const before = principal;
    principal = () => ({
      id: 99,
      username: 'root',
      roles: ['admin'],
      securityVersion: 99,
      authenticatedAt: 0,
    });
    expect(await desk()).toMatchObject({ id, username: 'ada', roles: ['user'], securityVersion: 1 });
    principal = before;
  });

  it.each([
    ['throws', () => JSON.parse('{') as object],
    ['returns a promise', () => Promise.resolve({})],
    ['returns a text', () => 'Sales' as never],
  ])('are a 500 with a line in the log if the function %s, never a guest', async (_, broken) => {
    const before = principal;
    principal = broken;
    const error = jest.spyOn(RunLogger.prototype, 'error');
    await ada.get('/desk').expect(500);
    expect(error).toHaveBeenCalled();
    principal = before;
    expect(await desk()).toMatchObject({ department: 'Research' });
  });
});

describe('A class of users without a sign-up of its own', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await TestApp.start({}, [], employees({ entity: Employee }));
  });
  afterAll(() => app.close());

  it('leaves the sign-up as it is', async () => {
    const { id, agent } = await app.user('ada');
    const { body } = await agent.get('/api/v1/auth/me').expect(200);
    expect(Object.keys(body).sort()).toEqual(['createdAt', 'email', 'emailVerified', 'id', 'username']);
    expect(await app.app.get(UserStore, { strict: false }).findById(id)).toMatchObject({
      rank: 7,
      department: '',
    });
    const { text } = await app.agent().get('/users/signup').set('Accept', BROWSER_ACCEPT).expect(200);
    expect(text).not.toContain('department');
  });
});
