import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ROOT } from '../support/build';
import { client, Consumer, PASSWORD } from '../support/consumer';
import { crawl } from '../support/crawl';
import { fieldError, fieldValue, flashes, submit } from '../support/page';
import type { Started } from '../support/process';

const PAGE = 'text/html';

describe('A blank Nest application with useLatchkeyViews()', () => {
  let consumer: Consumer | undefined;
  let started: Started;

  beforeAll(async () => {
    consumer = await Consumer.installed('pages', {
      compilerOptions: { module: 'commonjs', moduleResolution: 'node10', esModuleInterop: true },
    });
    started = await consumer.start();
  }, 180_000);
  afterAll(() => consumer?.remove());

  const guest = () => client(started).set('Accept', PAGE);

  async function user(username: string) {
    const agent = guest();
    await submit(agent, '/users/signup', { username, password: PASSWORD }).expect(303);
    await submit(agent, '/users/login', { username, password: PASSWORD }).expect(303);
    return agent;
  }

  it('signs up and logs in by forms, and shows each flash once', async () => {
    const ada = guest();
    const fields = { username: 'ada', password: PASSWORD };
    await submit(ada, '/users/signup', fields).expect(303).expect('Location', '/users/login');
    expect(flashes(await ada.get('/users/login'))).toEqual(['User Created!']);
    await submit(ada, '/users/login', fields).expect(303).expect('Location', '/users/welcome');
    const welcome = await ada.get('/users/welcome').expect(200);
    expect(welcome.text).toContain('<h1>Welcome, ada</h1>');
    expect(flashes(welcome)).toHaveLength(1);
    expect(flashes(await ada.get('/users/welcome'))).toEqual([]);
    await ada.get('/account').expect(200);
  });

  it("shows the application's own view in place of Latchkey's", async () => {
    const { text } = await guest().get('/users/login').expect(200);
    expect(text).toContain('<h1>Acme: log in</h1>');
  });

  it('shows the form again, with what is wrong, after a bad log-in', async () => {
    const answer = await submit(guest(), '/users/login', { username: 'nobody', password: 'x' }).expect(401);
    expect(answer.text).toContain('<h1>Acme: log in</h1>');
    expect(answer.text).toContain('value="nobody"');
  });

  it('shows the sign-up again with the error at its field, though the application has a ValidationPipe', async () => {
    const answer = await submit(guest(), '/users/signup', { username: 'bob', password: 'short' }).expect(422);
    expect(fieldError(answer, 'password')).toBeDefined();
    expect(fieldValue(answer, 'username')).toBe('bob');
  });

  it("renders the application's own page in Latchkey's layout, for the user", async () => {
    const { text } = await (await user('grace')).get('/desk').expect(200);
    expect(text).toContain('<h1>The desk of grace</h1>');
    expect(text).toContain('<a href="/desk">Desk</a>');
    expect(text).toContain('/assets/latchkey.css');
  });

  it("sends a guest from the application's own page to the log-in and back", async () => {
    await guest().get('/desk').expect(303).expect('Location', '/users/login?next=%2Fdesk');
  });

  it('links only to pages that exist', async () => {
    const ada = await user('ada-links');
    const links = new Map<string, number>();
    for (const page of ['/users/welcome', '/account', '/users', '/users/1', '/missing']) {
      const { text } = await ada.get(page);
      for (const [, path] of text.matchAll(/(?:href|src)="(\/[^"]*)"/g))
        links.set(path, (await ada.get(path)).status);
    }
    expect([...links].filter(([, status]) => status >= 400)).toEqual([]);
  });

  it('serves its assets with the security headers', async () => {
    const { headers } = await guest().get('/assets/latchkey.css').expect(200).expect('Content-Type', /css/);
    expect(headers).toMatchObject({ 'x-content-type-options': 'nosniff' });
    await guest().get('/assets/pico.min.css').expect(200);
  });

  it("describes Latchkey's API as the application's own document does", async () => {
    await guest().get('/api/docs').expect(200);
    const { body } = await client(started).get('/api/openapi.json').expect(200);
    const { paths } = JSON.parse(await readFile(join(ROOT, 'openapi.json'), 'utf8'));
    const ours = Object.entries(body.paths).filter(([path]) => path.startsWith('/api/v1/'));
    expect(ours.length).toBeGreaterThan(10);
    for (const [path, described] of ours) expect({ [path]: described }).toEqual({ [path]: paths[path] });
    expect(body.components.schemas.SignupDto.properties.username).toMatchObject({ type: 'string' });
  });

  it.each([
    [{ BASE_PATH: '/auth' }, '/auth'],
    [{ PREFIX: 'v2' }, '/v2'],
  ])('links only to routes with %j', async (settings: Record<string, string>, base) => {
    const moved = await consumer!.start('main', { ...settings, DATA_DIR: base.slice(1) });
    const ada = client(moved).set('Accept', PAGE);
    const fields = { username: `ada-below-${base.slice(1)}`, password: PASSWORD };
    await submit(ada, `${base}/users/signup`, fields).expect(303);
    await submit(ada, `${base}/users/login`, fields).expect('Location', `${base}/users/welcome`);
    const { broken, visited } = await crawl(ada, `${base}/account`);
    // The application's own link in the header stays as it wrote it.
    expect(broken).toEqual(base === '/v2' ? ['404 /desk'] : []);
    expect(visited).toContain(`${base}/assets/latchkey.css`);
    await moved.stop();
  });

  it('says nothing about pages that are off', () =>
    expect(started.output).not.toContain('The pages are off'));
});
