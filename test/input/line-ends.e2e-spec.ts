import type TestAgent from 'supertest/lib/agent';
import { Database } from '../../src/index';
import { MessageLineFeeds1764520000001 } from '../../src/app/messages/migrations/1764520000001-message-line-feeds';
import { PASSWORD, TestApp } from '../support/app';
import { fieldValue, submit } from '../support/page';
import { Client } from './exchange';

const asTyped = (text: string) => text.replace(/\n/g, '\r\n'); // as a form sends it

describe('A text of several lines', () => {
  let app: TestApp;
  let id: number;
  let agent: TestAgent;

  beforeAll(async () => {
    app = await TestApp.start();
    ({ id, agent } = await app.user('ada'));
  });
  afterAll(() => app.close());

  interface Stored {
    id: number;
    content: string;
    updatedAt: string;
  }
  const newest = async (): Promise<Stored> =>
    ((await agent.get('/api/v1/messages?limit=1').expect(200)).body as { items: Stored[] }).items[0];
  const write = (content: string) => agent.post(`/api/v1/users/${id}/messages`).send({ content });

  it('of 2,000 characters with line breaks is the same by form and by API', async () => {
    const content = `${'a\n\u{1f600}'.repeat(666)}ab`;
    expect(Array.from(content)).toHaveLength(2_000);
    await submit(agent, `/users/${id}/messages`, { content: asTyped(content) }).expect(303);
    expect((await newest()).content).toBe(content);
    await write(content).expect(201);
    expect((await newest()).content).toBe(content);
    await submit(agent, `/users/${id}/messages`, { content: asTyped(`${content}c`) }).expect(422);
    await write(`${content}c`).expect(422);
  });

  it('of 2,000 line breaks and letters has the same length whatever its line ends', async () => {
    for (const end of ['\r\n', '\r', '\n']) {
      await write(`a${end}`.repeat(1_000)).expect(201);
      expect((await newest()).content).toBe('a\n'.repeat(1_000));
    }
  });

  it('saved unchanged from its form changes nothing', async () => {
    await submit(agent, `/users/${id}/messages`, { content: '\r\nfirst\r\n\r\nlast\r\n' }).expect(303);
    const before = await newest();
    expect(before.content).toBe('\nfirst\n\nlast\n');
    app.clock.advance(60_000);
    const form = await agent.get(`/users/${id}/messages/${before.id}/edit`).expect(200);
    const content = asTyped(fieldValue(form, 'content') ?? '');
    await submit(agent, `/users/${id}/messages/${before.id}?_method=PATCH`, { content }).expect(303);
    expect(await newest()).toEqual(before);
    await agent.patch(`/api/v1/users/${id}/messages/${before.id}`).send({ content: 'new' }).expect(200);
    expect((await newest()).updatedAt).not.toBe(before.updatedAt);
  });

  it('stored with CRLF in an older release is stored with line feeds after the migration', async () => {
    const { body } = await write('first\nlast').expect(201);
    const set = (content: string) =>
      app.app.get(Database).write((manager) => manager.update('messages', { id: body.id }, { content }));
    await set('first\r\n\rlast\r\n');
    const runner = app.dataSource.createQueryRunner();
    await new MessageLineFeeds1764520000001().up(runner);
    await runner.release();
    expect((await newest()).content).toBe('first\n\nlast\n');
  });

  it('keeps its line ends in a draft', async () => {
    const { id: userId, agent: browser } = await app.user('grace');
    const content = 'kept\r\nline\rby line';
    app.clock.advance(31 * 60_000); // the session expires
    await submit(browser, `/users/${userId}/messages`, { content }).expect(303);
    const login = await submit(browser, '/users/login', { username: 'grace', password: PASSWORD }).expect(
      303,
    );
    const shown = await browser.get(login.headers.location).expect(200);
    expect(fieldValue(shown, 'content')).toBe('kept\nline\nby line');
  });

  it.each(['utf8', 'UTF8', '"utf-8"', '"UTF8"', 'utf-8', 'Utf-8; boundary=x'])(
    'is read in UTF-8 where its charset is %s',
    async (charset) => {
      const client = new Client(app.port);
      const ask = (path: string, type: string, body: string) =>
        client.ask({
          method: 'POST',
          path,
          headers: {
            'Content-Type': `${type}; charset=${charset}`,
            Accept: 'text/html',
            Origin: 'http://localhost:3000',
          },
          body,
        });
      const json = JSON.stringify({ username: 'unknown.é', password: PASSWORD });
      expect((await ask('/api/v1/auth/login', 'application/json', json)).status).toBe(401);
      const form = await ask(
        '/users/login',
        'application/x-www-form-urlencoded',
        'username=%C3%A9&password=x',
      );
      expect(form.status).toBe(401);
      expect(form.text).toContain('value="é"');
      client.close();
    },
  );
});
