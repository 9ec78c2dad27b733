import { TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { cookiePair, flashes, submit } from '../support/page';

const OLD = 'an old secret that has been in use for a year';
const NEW = 'a new secret that has just been put in front';

describe('After a restart', () => {
  let app: TestApp;

  beforeEach(async () => {
    app = await TestApp.start({ SESSION_SECRET: OLD });
    await app.signUp('ada');
  });
  afterEach(() => app.close());

  async function sessionCookie(instance: TestApp): Promise<string> {
    const credentials = { username: 'ada', password: 'correct horse battery staple' };
    const answer = await instance.agent().post('/api/v1/auth/login').send(credentials).expect(200);
    return cookiePair(answer, 'sid');
  }
  const me = (instance: TestApp, cookie: string) =>
    instance.agent().get('/api/v1/auth/me').set('Cookie', cookie);

  it('a user is still logged in, and the counter on the server continues', async () => {
    const cookie = await sessionCookie(app);
    await submit(app.agent().set('Cookie', cookie), '/lab/counter').expect(303);
    app = await app.restart();

    await me(app, cookie).expect(200);
    await submit(app.agent().set('Cookie', cookie), '/lab/counter').expect(303);
    expect((await app.agent().get('/lab').set('Cookie', cookie)).text).toContain('<p class="count">2</p>');
  });

  it('the counter in the signed cookie continues', async () => {
    const cookie = cookiePair(await app.agent().get('/start_counter'), 'session');
    const one = cookiePair(await app.agent().get('/count').set('Cookie', cookie), 'session');
    app = await app.restart();
    await app.agent().get('/count').set('Cookie', one).expect('2');
  });

  it('an unread flash is shown, to a user and to a guest', async () => {
    const messages = `/users/${await app.signUp('grace')}/messages`;
    const jar = new CookieJar();
    await jar.logIn(app, 'grace');
    await jar.open(app);
    await jar.submit(app, messages, { content: 'Hello' });
    const guest = cookiePair(await app.agent().get('/users/welcome').expect(303), 'flash');
    app = await app.restart();

    expect(flashes(await jar.open(app, messages))).toEqual(['Message Created!']);
    expect(flashes(await app.agent().get('/users/login').set('Cookie', guest))).toEqual([
      'Please log in first',
    ]);
  });

  it('with a new secret in front of the old one, old cookies are valid and new ones are signed with the new one', async () => {
    const cookie = await sessionCookie(app);
    const counter = cookiePair(await app.agent().get('/start_counter'), 'session');
    const rotated = await app.another({ SESSION_SECRET: `${NEW},${OLD}` });
    await me(rotated, cookie).expect(200);
    await rotated.agent().get('/count').set('Cookie', counter).expect('1');
    const fresh = await sessionCookie(rotated);
    await rotated.close();

    const onlyNew = await app.another({ SESSION_SECRET: NEW });
    await me(onlyNew, fresh).expect(200);
    await onlyNew.close();
    await me(app, fresh).expect(401); // an instance without the new secret
  });

  it('without the old secret, every cookie signed by it is refused', async () => {
    const cookie = await sessionCookie(app);
    const counter = cookiePair(await app.agent().get('/start_counter'), 'session');
    const flash = cookiePair(await app.agent().get('/users/welcome').expect(303), 'flash');
    const replaced = await app.another({ SESSION_SECRET: NEW });
    await me(replaced, cookie).expect(401);
    await replaced.agent().get('/get_count').set('Cookie', counter).expect('No counter set!');
    expect(flashes(await replaced.agent().get('/users/login').set('Cookie', flash))).toEqual([]);
    await replaced.close();
  });
});
