import { PASSWORD, TestApp } from '../support/app';
import { fieldError, submit } from '../support/page';

const GUESSABLE = 'This is too easy to guess. A few unrelated words make a good password.';
const NAMED = 'Leave out your name and the name of this application.';

describe('A new password', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  const signUp = (account: object) => app.agent().post('/api/v1/auth/signup').send(account);

  it.each([
    ['password1', GUESSABLE],
    ['one of grace-hopper', NAMED],
    ['grace@navy.example', NAMED],
    ['my latchkey is here', NAMED],
  ])('is refused at sign-up when it is %j', async (password, reason) => {
    const account = { username: 'grace-hopper', email: 'grace@navy.example', password };
    const { body } = await signUp(account).expect(422);
    expect(body).toMatchObject({ errors: { password: [reason] } });
    const page = await submit(app.agent(), '/users/signup', account).expect(422);
    expect(fieldError(page, 'password')).toBe(reason);
  });

  it.each([
    ['qwertyuiop', GUESSABLE],
    ['changer and more', NAMED],
    ['the latchkey of today', NAMED],
  ])('is refused at a change of password when it is %j', async (newPassword, reason) => {
    await signUp({ username: 'changer', password: PASSWORD });
    const agent = await app.loggedIn('changer');
    const change = { currentPassword: PASSWORD, newPassword };
    const { body } = await agent.post('/api/v1/auth/password').send(change).expect(422);
    expect(body).toMatchObject({ errors: { newPassword: [reason] } });
    const page = await submit(agent, '/account/password', change).expect(422);
    expect(fieldError(page, 'newPassword')).toBe(reason);
  });

  it('is refused together with the errors of the other fields', async () => {
    const account = { username: 'two words', email: 'no address', password: 'short' };
    const page = await submit(app.agent(), '/users/signup', account).expect(422);
    for (const field of ['username', 'email', 'password']) expect(fieldError(page, field)).toBeTruthy();
    expect(fieldError(page, 'password')).toBe('Use at least 8 characters.');
    const { body } = await signUp({ ...account, password: 'password' }).expect(422);
    expect(Object.keys((body as { errors: object }).errors).sort()).toEqual([
      'email',
      'password',
      'username',
    ]);

    const good = await submit(app.agent(), '/users/signup', { ...account, password: PASSWORD }).expect(422);
    expect(fieldError(good, 'password')).toBeUndefined();
  });

  it('is refused together with the error of the current one', async () => {
    await app.signUp('both');
    const agent = await app.loggedIn('both');
    const change = { currentPassword: 'not mine', newPassword: 'both of them' };
    const page = await submit(agent, '/account/password', change).expect(422);
    expect(fieldError(page, 'currentPassword')).toBe('This is not your current password.');
    expect(fieldError(page, 'newPassword')).toBe(NAMED);
  });

  it('may be any that is hard to guess: without capitals or digits, or of 64 emoji', async () => {
    for (const [index, password] of ['xkqjzvbw', 'nine lives', '\u{1f511}'.repeat(64)].entries()) {
      await signUp({ username: `free${index}`, password }).expect(201);
      await app.loggedIn(`free${index}`, password);
    }
  });

  it('is estimated by the same rules while the user types', async () => {
    const estimate = (agent: ReturnType<TestApp['agent']>, body: object) =>
      agent.post('/api/v1/auth/password-strength').send(body);
    const weak = await estimate(app.agent(), { password: 'of grace', username: 'grace' }).expect(200);
    expect(weak.body).toEqual({ score: 0, objections: [NAMED] });
    const strong = await estimate(app.agent(), { password: PASSWORD }).expect(200);
    expect(strong.body).toEqual({ score: 4, objections: [] });

    const { agent } = await app.user('estimator');
    const own = await estimate(agent, { password: 'the estimator', username: 'other' }).expect(200);
    expect(own.body).toMatchObject({ objections: [NAMED] });
    await estimate(agent, { password: 5 }).expect(422);
    await estimate(agent, {}).expect(422);
  });

  it('is not checked for a request that no form of ours sends', async () => {
    for (const body of [{ password: ['short'] }, { password: { a: 1 } }, { password: null }, []]) {
      const { status } = await signUp(body);
      expect([400, 422]).toContain(status);
    }
    await app.agent().post('/api/v1/auth/signup').expect(422);
    await app.agent().post('/users/signup').set('Accept', 'text/html').expect(422);
  });
});
