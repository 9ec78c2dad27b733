import type { Response } from 'supertest';
import { User } from '../../src/users/user.entity';
import { TestApp } from '../support/app';
import { submit } from '../support/page';

/** The user name in the navigation of a page, or undefined for a guest. */
function greeted(page: Response): string | undefined {
  return /<li><a href="\/users\/\d+">([^<]*)<\/a><\/li>/.exec(page.text)?.[1];
}

// Where Flask has `g` and a before_request hook, a middleware sets the current user of every request.
describe('33. The current user', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it.each(['/', '/messages', '/lab', '/no/such/page'])(
    '33. is known on %s, also when it is a guest',
    async (path) => {
      const username = `visitor-of${path.replaceAll('/', '-')}`;
      const { agent } = await app.user(username);
      expect(greeted(await agent.get(path))).toBe(username);
      expect(greeted(await app.agent().get(path))).toBeUndefined();
    },
  );

  it('33. is looked up again for each request', async () => {
    const { id, agent } = await app.user('ada');
    expect(greeted(await agent.get('/'))).toBe('ada');
    await app.dataSource.getRepository(User).update({ id }, { username: 'countess' });
    expect(greeted(await agent.get('/'))).toBe('countess');
  });

  it('33. is separate for each of many concurrent requests', async () => {
    const names = ['grace', 'alan', 'barbara', 'linus'];
    const users = await Promise.all(names.map((name) => app.user(name)));
    const rounds = Array.from({ length: 5 }, () => users).flat();
    const seen = await Promise.all(rounds.map(async ({ agent }) => greeted(await agent.get('/'))));
    expect(seen).toEqual(Array.from({ length: 5 }, () => names).flat());
  });

  it.each([
    ['a log-out', '/users/logout'],
    ['a deletion', '/users/OWN?_method=DELETE'],
  ])('33. is a guest after %s', async (what, path) => {
    const { id, agent } = await app.user(what.replace(' ', '-'));
    await submit(agent, path.replace('OWN', String(id))).expect(303);
    expect(greeted(await agent.get('/'))).toBeUndefined();
  });

  it('33. is a guest if the session holds no user', async () => {
    const agent = app.agent();
    await submit(agent, '/lab/counter').expect(303);
    expect(greeted(await agent.get('/'))).toBeUndefined();
    await agent.get('/users/welcome').expect(303);
  });
});
