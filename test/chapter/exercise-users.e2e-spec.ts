import type { Response } from 'supertest';
import { IsNull } from 'typeorm';
import { SessionEntity } from '../../src/sessions/engines/session.entity';
import { PASSWORD, TestApp } from '../support/app';
import { confirmEmail } from '../support/mailbox';
import { fieldError, fieldValue, flashes, submit } from '../support/page';

describe("The chapter's exercise: users", () => {
  let app: TestApp;
  let users = 0;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  async function newUser() {
    const username = `user-${(users += 1)}`;
    return { username, ...(await app.user(username)) };
  }

  describe.each([
    ['without', ''],
    ['with', '/'],
  ])('at addresses %s a slash at the end', (_, slash) => {
    it('lists users and shows each of them to any user', async () => {
      const [other, me] = [await newUser(), await newUser()];
      const list = await me.agent.get(`/users${slash}?limit=100`).expect(200);
      expect(list.text).toContain(`<a href="/users/${other.id}">${other.username}</a>`);
      const page = await me.agent.get(`/users/${other.id}${slash}`).expect(200);
      expect(page.text).toContain(`<h1>${other.username}</h1>`);
      expect(page.text).not.toContain(`/users/${other.id}/edit`);
    });

    it('shows the owner the edit form, filled in', async () => {
      const { id, agent, username } = await newUser();
      const email = `${username}@example.com`;
      await agent.patch(`/api/v1/users/${id}`).send({ email }).expect(200);
      await confirmEmail(app, email);
      const page = await agent.get(`/users/${id}/edit${slash}`).expect(200);
      expect(page.text).toContain(`<form action="/users/${id}?_method=PATCH" method="post">`);
      expect(page.text).toContain(`<form action="/users/${id}?_method=DELETE" method="post">`);
      expect([fieldValue(page, 'username'), fieldValue(page, 'email')]).toEqual([username, email]);
    });

    it.each<[string, string, Record<string, string>]>([
      ['_method in the address', '?_method=PATCH', {}],
      ['_method in the form', '', { _method: 'PATCH' }],
      ['PUT', '?_method=PUT', {}],
      ['small letters', '?_method=patch', {}],
    ])('changes the account by a form with %s', async (__, query, fields) => {
      const { id, agent, username } = await newUser();
      const address = `/users/${id}${slash}${query}`;
      const answer = await submit(agent, address, { ...fields, username: `${username}-new` });
      expect([answer.status, answer.headers.location]).toEqual([303, `/users/${id}`]);
      const page = await agent.get(`/users/${id}`);
      expect(flashes(page)).toEqual(['User Updated!']);
      expect(page.text).toContain(`<h1>${username}-new</h1>`);
      await app.loggedIn(`${username}-new`);
    });

    it('deletes the account with its sessions and messages', async () => {
      const { id, agent, username } = await newUser();
      const phone = await app.loggedIn(username);
      await submit(agent, `/users/${id}/messages`, { content: `written by ${username}` }).expect(303);
      const answer = await submit(agent, `/users/${id}${slash}?_method=DELETE`);
      expect([answer.status, answer.headers.location]).toEqual([303, '/']);
      // An unread flash outlives the session.
      expect(flashes(await agent.get('/'))).toEqual(['Message Created!', 'User Deleted!']);

      const live = { userId: id, endedAt: IsNull() };
      expect(await app.dataSource.getRepository(SessionEntity).countBy(live)).toBe(0);
      for (const device of [agent, phone]) await device.get('/users/welcome').expect(303);
      expect((await agent.get('/messages')).text).not.toContain(`written by ${username}`);
      await submit(agent, '/users/login', { username, password: PASSWORD }).expect(401);
      const { agent: other } = await newUser();
      await other.get(`/users/${id}${slash}`).expect(404);
    });
  });

  it('accepts PATCH, PUT and DELETE as HTTP methods too', async () => {
    const { id, agent, username } = await newUser();
    await agent
      .patch(`/users/${id}`)
      .type('form')
      .send({ username: `${username}-b` })
      .expect(303);
    await agent
      .put(`/users/${id}`)
      .type('form')
      .send({ username: `${username}-c` })
      .expect(303);
    expect((await agent.get(`/users/${id}`)).text).toContain(`<h1>${username}-c</h1>`);
    await agent.delete(`/users/${id}`).expect(303);
    await agent.get('/users/welcome').expect(303);
  });

  it('ignores _method unless the request is a POST', async () => {
    const { id, agent } = await newUser();
    for (const method of ['DELETE', 'PATCH']) await agent.get(`/users/${id}?_method=${method}`).expect(200);
    await submit(agent, `/users/${id}?_method=TRACE`).expect(405);
    await agent.post(`/users/${id}`).set('X-HTTP-Method-Override', 'DELETE').expect(405);
    await agent.get('/users/welcome').expect(200);
  });

  it.each([
    ['', 'This field is required.'],
    ['  ', 'This field is required.'],
    ['<b>', 'Use only letters, digits, dots, underscores and hyphens.'],
    ['x'.repeat(65), 'Use at most 64 characters.'],
  ])('the name %j is refused beside its field, and what was typed stays', async (typed, reason) => {
    const { id, agent } = await newUser();
    const fields = { username: typed, email: 'new@example.com' };
    const page = await submit(agent, `/users/${id}?_method=PATCH`, fields).expect(422);
    expect(fieldError(page, 'username')).toBe(reason);
    expect(fieldValue(page, 'username')?.trim()).toBe(typed.trim());
    expect(fieldValue(page, 'email')).toBe('new@example.com');
    expect(page.text).toContain(`<form action="/users/${id}?_method=PATCH" method="post">`);
    expect(flashes(page)).toEqual([]);
  });

  it("refuses a name that is taken, in any spelling, but accepts another spelling of one's own", async () => {
    const [other, me] = [await newUser(), await newUser()];
    const taken = ` ${other.username.toUpperCase()} `;
    const page = await submit(me.agent, `/users/${me.id}?_method=PATCH`, { username: taken }).expect(409);
    expect(flashes(page)).toEqual(['Invalid submission. Please try again.']);
    expect(fieldError(page, 'username')).toBe('This name is taken.');

    const mine = { username: me.username.toUpperCase() };
    await submit(me.agent, `/users/${me.id}?_method=PATCH`, mine).expect(303);
  });

  it('refuses unknown fields and changes nothing', async () => {
    const { id, agent, username } = await newUser();
    const fields = { username: 'other', id: '1', passwordHash: 'x' };
    await submit(agent, `/users/${id}?_method=PATCH`, fields).expect(400);
    expect((await agent.get(`/users/${id}`)).text).toContain(`<h1>${username}</h1>`);
  });

  it('shows an e-mail address only to its owner', async () => {
    const [me, other] = [await newUser(), await newUser()];
    const email = 'secret@example.com';
    await submit(me.agent, `/users/${me.id}?_method=PATCH`, { username: me.username, email }).expect(303);
    await confirmEmail(app, email);
    expect((await me.agent.get(`/users/${me.id}`)).text).toContain(email);
    expect((await other.agent.get(`/users/${me.id}`)).text).not.toContain(email);
  });

  it.each(['/users/999999', '/users/99999999999999999999', '/users/abc', '/users/1/nothing'])(
    'answers 404 at %s',
    async (path) => {
      const { agent } = await newUser();
      const page = await agent.get(path).expect(404);
      expect(page.text).toContain('There is nothing at this address.');
    },
  );

  it('lists users in pages, each user once', async () => {
    const { agent } = await newUser();
    for (let count = 0; count < 5; count += 1) await app.signUp(`paged-${count}`);
    const seen: string[] = [];
    let cursor: string | undefined = '';
    while (cursor !== undefined) {
      const page: Response = await agent.get(`/users?limit=3${cursor && `&cursor=${cursor}`}`).expect(200);
      seen.push(...[...page.text.matchAll(/class="row"><a href="\/users\/(\d+)"/g)].map(([, id]) => id));
      cursor = /\?cursor=([\w-]+)/.exec(page.text)?.[1];
    }
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeGreaterThan(5);
  });
});
