import { PASSWORD, TestApp } from '../support/app';
import { entries, written } from '../support/audit';
import { CookieJar } from '../support/cookie-jar';
import { fieldError } from '../support/page';
import { OpenForm } from '../support/second-click';

const WRONG = 'not the password';
const FREE_GUESSES = 5;

describe.each(['one instance', 'two instances'])('A double click with a wrong password, on %s,', (where) => {
  let app: TestApp;
  let both: [TestApp, TestApp];
  let jar: CookieJar;

  beforeEach(async () => {
    app = await TestApp.start({ THROTTLE: 'on' });
    both = [app, where === 'one instance' ? app : await app.another()];
    await app.signUp('ada');
    jar = new CookieJar();
  });
  afterEach(() => app.close());

  it('is one guess at the log-in', async () => {
    for (let n = 0; n < FREE_GUESSES; n += 1) {
      const form = await OpenForm.at(app, jar, '/users/login');
      const answer = await form.sendTwice(both, { username: 'ada', password: WRONG });
      expect(answer.status).toBe(401);
    }
    await written(...both);
    const failures = (await entries(app)).filter(({ name }) => name === 'auth.loginFailed');
    expect(failures).toHaveLength(FREE_GUESSES);
    const form = await OpenForm.at(app, jar, '/users/login');
    const answer = await form.send(app, { username: 'ada', password: WRONG });
    expect(answer.status).toBe(429);
  });

  it('is one guess where the current password is asked for', async () => {
    await jar.logIn(app, 'ada');
    // A session without the cookie of its device, so that it has no counter of its own.
    const sid = jar.header
      .split('; ')
      .filter((pair) => pair.startsWith('sid='))
      .join('; ');
    const change = { currentPassword: WRONG, newPassword: 'a heron stands in the rain' };
    for (let n = 0; n < FREE_GUESSES; n += 1) {
      const form = await OpenForm.at(app, jar, '/account/password');
      const [, second] = await Promise.all(both.map((one) => form.send(one, change, sid)));
      expect(fieldError(second, 'currentPassword')).toBe('This is not your current password.');
    }
    const form = await OpenForm.at(app, jar, '/account/password');
    expect((await form.send(app, { ...change, currentPassword: PASSWORD }, sid)).status).toBe(429);
  });

  it('is refused in vain: the right password is taken from the same form', async () => {
    const form = await OpenForm.at(app, jar, '/users/login');
    await form.sendTwice(both, { username: 'ada', password: WRONG });
    const answer = await form.send(app, { username: 'ada', password: PASSWORD });
    expect(answer.headers.location).toBe('/users/welcome');
  });
});
