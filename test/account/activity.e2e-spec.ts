import { PASSWORD, TestApp } from '../support/app';
import { written } from '../support/audit';

const FIREFOX = 'Mozilla/5.0 (X11; Linux x86_64; rv:128.0) Gecko/20100101 Firefox/128.0';

interface Item {
  id: number;
  at: string;
  event: string;
  text: string;
}

describe('The activity page of an account', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  it('shows its owner what happened in plain words, newest first, with device and source', async () => {
    const { id, agent } = await app.user('ada');
    await app.agent().post('/api/v1/auth/login').send({ username: 'ada', password: 'wrong' }).expect(401);
    await agent
      .patch(`/api/v1/users/${id}`)
      .set('User-Agent', FIREFOX)
      .send({ username: 'Countess' })
      .expect(200);
    await written(app);

    const { body } = await agent.get('/api/v1/auth/activity').expect(200);
    const { items, nextCursor } = body as { items: Item[]; nextCursor: string | null };
    expect(items.map(({ text }) => text)).toEqual([
      'Changed the username',
      'A log-in with a wrong password was refused',
      'Logged in',
      'Signed up',
    ]);
    expect(items[0]).toEqual({
      id: expect.any(Number) as number,
      at: expect.stringMatching(/^\d{4}-.*Z$/) as string,
      event: 'user.renamed',
      text: 'Changed the username',
      browser: 'Firefox',
      os: 'Linux',
      ip: expect.stringMatching(/127\.0\.0\.1$/) as string,
    });
    expect(nextCursor).toBeNull();

    const page = await agent.get('/account/activity').set('Accept', 'text/html').expect(200);
    expect(page.text).toMatch(
      /Changed the username[^]*, by Firefox on Linux, from [^]*127\.0\.0\.1[^]*Signed up/,
    );
  });

  it('is paginated', async () => {
    const { agent } = await app.user('grace');
    await written(app);
    const first = (await agent.get('/api/v1/auth/activity?limit=1').expect(200)).body as {
      items: Item[];
      nextCursor: string;
    };
    const path = `/api/v1/auth/activity?limit=1&cursor=${first.nextCursor}`;
    const second = (await agent.get(path).expect(200)).body as typeof first;
    expect([...first.items, ...second.items].map(({ event }) => event)).toEqual([
      'auth.loggedIn',
      'user.signedUp',
    ]);
    expect(second.nextCursor).toBeNull();
    const page = await agent.get('/account/activity?limit=1').set('Accept', 'text/html').expect(200);
    expect(page.text).toContain(`href="?cursor=${first.nextCursor}"`);
    await agent.get('/api/v1/auth/activity?limit=0').expect(422);
  });

  it('is visible only to its owner', async () => {
    const { id } = await app.user('linus');
    const { agent } = await app.user('mallory');
    await written(app);
    const { body } = await agent.get(`/api/v1/auth/activity?userId=${id}`);
    expect(JSON.stringify(body)).not.toContain('linus');
    const own = (await agent.get('/api/v1/auth/activity').expect(200)).body as { items: Item[] };
    expect(own.items).toHaveLength(2);
    await app.agent().get('/api/v1/auth/activity').expect(401);
    await app.agent().get('/account/activity').set('Accept', 'text/html').expect(303);
  });

  it('lists ended sessions and refused requests', async () => {
    const { agent } = await app.user('margaret');
    await agent.delete('/api/v1/users/424242').expect(403);
    const other = await app.loggedIn('margaret', PASSWORD);
    await other.delete('/api/v1/auth/sessions').expect(204);
    await written(app);
    const { body } = await other.get('/api/v1/auth/activity').expect(200);
    const texts = (body as { items: Item[] }).items.map(({ text }) => text);
    expect(texts).toContain('A session was ended from another device');
    expect(texts).toContain('Blocked: that page belongs to another user');
  });
});
