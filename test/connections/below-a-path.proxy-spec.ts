import request from 'supertest';
import { BROWSER_ACCEPT, freePort, PASSWORD, TestApp } from '../support/app';
import { crawl } from '../support/crawl';
import { Mailbox } from '../support/mailbox';
import { Nginx } from '../support/nginx';
import { flashes, submit } from '../support/page';

describe('Behind an nginx that removes /app', () => {
  let app: TestApp;
  let nginx: Nginx;

  beforeAll(async () => {
    const port = await freePort();
    app = await TestApp.start({
      TRUST_PROXY: '1',
      PORT: String(port),
      BASE_URL: 'http://localhost:3000/app',
    });
    nginx = await Nginx.before(port, 10, '/app');
  });
  afterAll(async () => {
    await nginx.stop();
    await app.close();
  });

  const guest = () =>
    request
      .agent(`http://127.0.0.1:${nginx.port}`)
      .set({ Origin: 'http://localhost:3000', Accept: BROWSER_ACCEPT })
      .redirects(0);

  async function user(username: string, email?: string) {
    const agent = guest();
    const fields = { username, password: PASSWORD };
    await submit(agent, '/app/users/signup', { ...fields, email }).expect(303);
    await submit(agent, '/app/users/login', fields).expect(303).expect('Location', '/app/users/welcome');
    return agent;
  }

  it('every link of the pages leads to a page, for guests and users', async () => {
    expect((await crawl(guest(), '/app/')).broken).toEqual([]);
    const { broken, visited } = await crawl(await user('ada'), '/app/account');
    expect(broken).toEqual([]);
    expect(visited).toEqual(expect.arrayContaining(['/app/messages', '/app/account/email', '/app/lab']));
  });

  it('a guest comes back to the page that was asked for, and logs out with a flash', async () => {
    const agent = guest();
    const login = '/app/users/login?next=%2Fapp%2Faccount';
    await agent.get('/app/account').expect(303).expect('Location', login);
    const ada = await user('ada-logs-out');
    await submit(ada, '/app/users/logout').expect(303).expect('Location', '/app/users/login');
    expect(flashes(await ada.get('/app/users/login'))).toContain('You have been signed out.');
    const { body } = await guest().get('/app/api/v1/auth/me').expect(401);
    expect(body.instance).toBe('/app/api/v1/auth/me');
    const { body: document } = await guest().get('/app/api/openapi.json').expect(200);
    expect(document.servers).toEqual([{ url: '/app' }]);
  });

  it('a mailed link leads through the proxy', async () => {
    await user('ada-forgets', 'ada@example.com');
    await submit(guest(), '/app/users/password-reset', { email: 'ada@example.com' }).expect(303);
    const { links } = await new Mailbox(app).latest('ada@example.com');
    expect(links[0]).toMatch(/^http:\/\/localhost:3000\/app\/users\//);
  });
});
