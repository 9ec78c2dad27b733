import { TestApp } from '../support/app';
import { expectNothingStored } from '../input/refusals';
import { type Route, routes } from '../support/routes';

/** A GET by the user's browser itself logs out; test/browser/other-sites shows that no other GET does. */
const LOG_OUT = '/users/logout';
const STREAM = '/account/session/events';

describe('A safe request', () => {
  let app: TestApp;
  let pages: string[];

  beforeAll(async () => {
    app = await TestApp.start();
    expect(await app.signUp('ada')).toBe(1);
    pages = routes(app)
      .filter(({ method, path }: Route) => method === 'GET' && ![LOG_OUT, STREAM].includes(path))
      .map(({ path }) => path.replace(/:(id|userId|messageId)/g, '1').replace(':file', 'swagger-ui.css'));
  });
  afterAll(() => app.close());

  it('changes no user, message or session, by GET, HEAD or OPTIONS of any route', async () => {
    const agent = await app.loggedIn('ada');
    await agent.post('/api/v1/users/1/messages').send({ content: 'Hello' }).expect(201);
    expect(pages.length).toBeGreaterThan(25);
    await expectNothingStored(app, async () => {
      for (const path of pages) {
        const html = agent.get(path).set('Accept', 'text/html');
        expect((await html).status).toBeLessThan(500);
        await agent.get(`${path}?_method=DELETE&username=eve&content=changed`);
        await agent.head(path);
        await agent.options(path);
      }
    });
  });

  it('shows the button that logs out on every page of a user', async () => {
    const agent = await app.loggedIn('ada');
    let shown = 0;
    for (const path of pages) {
      const { status, text, headers } = await agent.get(path).set('Accept', 'text/html');
      if (status !== 200 || !headers['content-type']?.startsWith('text/html')) continue;
      expect([
        path,
        /<form action="\/users\/logout" method="post">[^]*?Log out<\/button>/.test(text),
      ]).toEqual([path, true]);
      shown += 1;
    }
    expect(shown).toBeGreaterThan(12);
  });
});
