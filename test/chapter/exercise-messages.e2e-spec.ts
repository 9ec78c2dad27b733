import type TestAgent from 'supertest/lib/agent';
import { TestApp } from '../support/app';
import { fieldError, fieldValue, flashes, submit } from '../support/page';

describe("The chapter's exercise: messages", () => {
  let app: TestApp;
  let ada: { id: number; agent: TestAgent };
  let grace: { id: number; agent: TestAgent };

  beforeAll(async () => {
    app = await TestApp.start();
    [ada, grace] = await Promise.all([app.user('ada'), app.user('grace')]);
  });
  afterAll(() => app.close());

  /** @returns the address of the new message */
  async function write({ id, agent }: typeof ada, content: string): Promise<string> {
    const answer = await agent.post(`/api/v1/users/${id}/messages`).send({ content }).expect(201);
    return `/users/${id}/messages/${(answer.body as { id: number }).id}`;
  }

  const contents = (text: string) =>
    [...text.matchAll(/<p class="content">([^<]*)<\/p>/g)].map(([, content]) => content);

  describe.each([
    ['without', ''],
    ['with', '/'],
  ])('at addresses %s a slash at the end', (_, slash) => {
    it('lists the messages of all users to every visitor, newest first, with their authors', async () => {
      await write(ada, 'first');
      await write(grace, 'second');
      const { text } = await app.agent().get(`/messages${slash}`).expect(200);
      expect(contents(text).slice(0, 2)).toEqual(['second', 'first']);
      expect(text).toContain(`<a class="author" href="/users/${ada.id}/messages">ada</a>`);
      expect(text).not.toContain('/edit');
    });

    it('creates a message from a form', async () => {
      const form = await ada.agent.get(`/users/${ada.id}/messages/new${slash}`).expect(200);
      expect(form.text).toContain(`<form class="card" action="/users/${ada.id}/messages" method="post">`);
      expect(fieldValue(form, 'content')).toBe('');
      const answer = await submit(ada.agent, `/users/${ada.id}/messages${slash}`, { content: 'by a form' });
      expect([answer.status, answer.headers.location]).toEqual([303, `/users/${ada.id}/messages`]);
      const list = await ada.agent.get(answer.headers.location);
      expect(flashes(list)).toEqual(['Message Created!']);
      expect(contents(list.text)[0]).toBe('by a form');
    });

    it("shows a message to any user, on its own page and in its author's list", async () => {
      const address = await write(ada, 'for grace to read');
      const page = await grace.agent.get(`${address}${slash}`).expect(200);
      expect(contents(page.text)).toEqual(['for grace to read']);
      expect(page.text).not.toContain('/edit');
      const list = await grace.agent.get(`/users/${ada.id}/messages${slash}`).expect(200);
      expect(contents(list.text)[0]).toBe('for grace to read');
      expect(list.text).not.toContain(`/users/${grace.id}/messages/new`);
    });

    it.each<[string, string, Record<string, string>]>([
      ['_method in the address', '?_method=PATCH', {}],
      ['_method in the form', '', { _method: 'PATCH' }],
      ['PUT', '?_method=PUT', {}],
    ])('is changed by a form, filled in, with %s', async (__, query, fields) => {
      const address = await write(ada, 'two\nlines & <b>');
      const form = await ada.agent.get(`${address}/edit${slash}`).expect(200);
      expect(form.text).toContain(`action="${address}?_method=PATCH" method="post"`);
      expect(fieldValue(form, 'content')).toBe('two\nlines & <b>');
      const answer = await submit(ada.agent, `${address}${slash}${query}`, { ...fields, content: 'changed' });
      expect([answer.status, answer.headers.location]).toEqual([303, address]);
      const page = await ada.agent.get(address);
      expect(flashes(page)).toEqual(['Message Updated!']);
      expect(contents(page.text)).toEqual(['changed']);
    });

    it.each<[string, string, Record<string, string>]>([
      ['_method in the address', '?_method=DELETE', {}],
      ['_method in the form', '', { _method: 'DELETE' }],
    ])('deletes a message by a form with %s', async (__, query, fields) => {
      const address = await write(ada, 'to be deleted');
      const answer = await submit(ada.agent, `${address}${slash}${query}`, fields);
      expect([answer.status, answer.headers.location]).toEqual([303, `/users/${ada.id}/messages`]);
      const list = await ada.agent.get(`/users/${ada.id}/messages`);
      expect(flashes(list)).toEqual(['Message Deleted!']);
      expect(list.text).not.toContain(address);
      await ada.agent.get(`${address}${slash}`).expect(404);
    });
  });

  it.each<[string, string, string | undefined, string]>([
    ['nothing', '', '', 'This field is required.'],
    ['blanks', ' \n\t ', undefined, 'This field is required.'],
    ['2,001 characters', 'x'.repeat(2_001), 'x'.repeat(2_001), 'Use at most 2000 characters.'],
    ['a control character', 'bell\u0007', undefined, 'Use only characters that can be read.'],
    ['a NUL', 'nul\0', undefined, 'Use only characters that can be read.'],
  ])('%s is refused beside the field, with what was typed', async (_, content, kept, why) => {
    const address = await write(ada, 'before');
    const before = contents((await ada.agent.get(address)).text);
    for (const target of [`/users/${ada.id}/messages`, `${address}?_method=PATCH`]) {
      const page = await submit(ada.agent, target, { content }).expect(422);
      expect(fieldError(page, 'content')).toBe(why);
      if (kept !== undefined) expect(fieldValue(page, 'content')).toBe(kept);
      expect(page.text).toContain(`action="${target}" method="post"`);
      expect(flashes(page)).toEqual([]);
    }
    expect(contents((await ada.agent.get(address)).text)).toEqual(before);
  });

  it('shows markup in a message as text', async () => {
    const address = await write(ada, '<script>alert(1)</script>');
    for (const path of [address, '/messages', `${address}/edit`]) {
      const { text } = await ada.agent.get(path).expect(200);
      expect(text).toContain('&lt;script&gt;alert(1)&lt;/script&gt;');
      expect(text).not.toContain('<script>');
    }
  });

  it("does not find a message under another user's address", async () => {
    const address = await write(ada, "ada's");
    const asGraces = address.replace(`/users/${ada.id}/`, `/users/${grace.id}/`);
    for (const path of [asGraces, `${asGraces}/edit`]) await grace.agent.get(path).expect(404);
    await submit(grace.agent, `${asGraces}?_method=PATCH`, { content: 'taken' }).expect(404);
    await submit(grace.agent, `${asGraces}?_method=DELETE`).expect(404);
    expect(contents((await ada.agent.get(address)).text)).toEqual(['ada&#x27;s']);
  });

  it("refuses another user's messages before any lookup", async () => {
    const address = await write(ada, 'mine alone');
    for (const message of [address, `/users/${ada.id}/messages/999999`, `/users/${ada.id}/messages/abc`]) {
      for (const method of ['PATCH', 'DELETE']) {
        const answer = await submit(grace.agent, `${message}?_method=${method}`, { content: 'taken' });
        expect([answer.status, answer.headers.location]).toEqual([303, '/users/welcome']);
      }
      await grace.agent.get(`${message}/edit`).expect(303);
    }
    await submit(grace.agent, `/users/${ada.id}/messages`, { content: 'in her name' }).expect(303);
    expect(flashes(await grace.agent.get('/'))).toEqual(Array(10).fill('Not Authorized'));
    expect(contents((await ada.agent.get(`/users/${ada.id}/messages`)).text)[0]).toBe('mine alone');
  });

  it('refuses guests: a form they send posts nothing', async () => {
    const address = await write(ada, 'for users');
    for (const path of [
      address,
      `${address}/edit`,
      `/users/${ada.id}/messages`,
      `/users/${ada.id}/messages/new`,
    ]) {
      const answer = await app.agent().get(path).expect(303);
      expect(answer.headers.location).toBe(`/users/login?next=${encodeURIComponent(path)}`);
    }
    const guest = app.agent();
    const answer = await submit(guest, `/users/${ada.id}/messages`, { content: 'from a guest' }).expect(303);
    expect(answer.headers.location).toBe('/users/login');
    expect((await guest.get('/messages')).text).not.toContain('from a guest');
  });

  it.each([
    '/messages/1',
    '/users/OWN/messages/999999',
    '/users/OWN/messages/abc',
    '/users/OWN/messages/01',
    '/users/999999/messages',
  ])('there is nothing at %s', async (path) => {
    await ada.agent.get(path.replace('OWN', String(ada.id))).expect(404);
  });

  it('lists messages in pages', async () => {
    for (const content of ['one', 'two', 'three']) await write(ada, content);
    const first = await app.agent().get('/messages?limit=2').expect(200);
    expect(contents(first.text)).toEqual(['three', 'two']);
    const [, cursor] = /\?cursor=([\w-]+)/.exec(first.text)!;
    const second = await app.agent().get(`/messages?limit=2&cursor=${cursor}`).expect(200);
    expect(contents(second.text)[0]).toBe('one');
  });
});
