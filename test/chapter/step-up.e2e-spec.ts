import { PASSWORD, TestApp } from '../support/app';
import { fieldError, fieldValue, flashes, submit } from '../support/page';

const TEN_MINUTES = 10 * 60_000;
const CONFIRM = 'Please confirm with your current password.';
const WRONG = 'This is not your current password.';

// The next chapter calls a recent log-in "fresh". Latchkey asks for the password instead of a new log-in.
describe('Ten minutes after a log-in,', () => {
  let app: TestApp;
  let users = 0;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());

  /** A user who logged in this long ago. */
  async function loggedInFor(milliseconds: number) {
    const username = `user-${(users += 1)}`;
    const user = { username, ...(await app.user(username)) };
    app.clock.advance(milliseconds);
    return { ...user, address: `/users/${user.id}` };
  }

  it('and before, no page asks for the password', async () => {
    const { agent, username, address } = await loggedInFor(TEN_MINUTES - 5_000);
    expect(fieldValue(await agent.get(`${address}/edit`), 'currentPassword')).toBeUndefined();
    await submit(agent, `${address}?_method=PATCH`, { username, email: 'new@example.com' }).expect(303);
    await submit(agent, `${address}?_method=DELETE`).expect(303);
  });

  it('the edit page asks for the password in each of its two forms', async () => {
    const { agent, address } = await loggedInFor(TEN_MINUTES);
    const page = await agent.get(`${address}/edit`).expect(200);
    expect(page.text.match(/name="currentPassword"/g)).toHaveLength(2);
    expect(page.text).not.toContain(PASSWORD);
  });

  it('an unchanged name and e-mail are saved without the password', async () => {
    const { agent, username, address } = await loggedInFor(TEN_MINUTES);
    const fields = { username, email: '', currentPassword: '' };
    await submit(agent, `${address}?_method=PATCH`, fields).expect(303);
  });

  it('a new name needs the password', async () => {
    const { agent, username, address } = await loggedInFor(TEN_MINUTES);
    const fields = { username: `${username}-new`, email: '', currentPassword: '' };
    const page = await submit(agent, `${address}?_method=PATCH`, fields).expect(422);
    expect(fieldError(page, 'currentPassword')).toBe(CONFIRM);
    expect((await agent.get(address)).text).toContain(`<h1>${username}</h1>`);
    await submit(agent, `${address}?_method=PATCH`, { ...fields, currentPassword: PASSWORD }).expect(303);
    expect((await agent.get(address)).text).toContain(`<h1>${username}-new</h1>`);
  });

  it.each([
    ['no password', undefined, CONFIRM],
    ['an empty one', '', CONFIRM],
    ['a wrong one', 'not the password', WRONG],
  ])(
    'a new e-mail with %s is refused, and nothing that was typed is lost',
    async (_, currentPassword, why) => {
      const { agent, username, address } = await loggedInFor(TEN_MINUTES);
      const typed = { username: `${username}-new`, email: 'new@example.com' };
      const page = await submit(agent, `${address}?_method=PATCH`, { ...typed, currentPassword }).expect(422);
      expect(fieldError(page, 'currentPassword')).toBe(why);
      expect(fieldValue(page, 'username')).toBe(typed.username);
      expect(fieldValue(page, 'email')).toBe(typed.email);
      expect(fieldValue(page, 'currentPassword')).toBe('');

      const unchanged = await agent.get(address);
      expect(unchanged.text).toContain(`<h1>${username}</h1>`);
      expect(unchanged.text).not.toContain(typed.email);
    },
  );

  it('a new e-mail is accepted with the password', async () => {
    const { agent, username, address } = await loggedInFor(TEN_MINUTES);
    const fields = { username, email: 'new@example.com', currentPassword: PASSWORD };
    await submit(agent, `${address}?_method=PATCH`, fields).expect(303);
    const [updated, waiting] = flashes(await agent.get(address));
    expect(updated).toBe('User Updated!');
    expect(waiting).toMatch(/^The new address takes effect when/);
  });

  it.each([
    ['no password', undefined, CONFIRM],
    ['a wrong one', 'not the password', WRONG],
  ])(
    'deleting with %s shows a page that asks for it, and deletes nothing',
    async (_, currentPassword, why) => {
      const { agent, address } = await loggedInFor(TEN_MINUTES);
      const page = await submit(agent, `${address}?_method=DELETE`, { currentPassword }).expect(422);
      expect(fieldError(page, 'currentPassword')).toBe(why);
      expect(page.text).toContain(`<form action="${address}?_method=DELETE" method="post">`);
      await agent.get('/users/welcome').expect(200);

      const fields = { currentPassword: PASSWORD, _csrf: fieldValue(page, '_csrf') };
      await submit(agent, `${address}?_method=DELETE`, fields).expect(303);
      expect(flashes(await agent.get('/'))).toEqual(['User Deleted!']);
      await agent.get('/users/welcome').expect(303);
    },
  );

  it('the API names the missing field', async () => {
    const { id, agent } = await loggedInFor(TEN_MINUTES);
    const address = `/api/v1/users/${id}`;
    for (const refused of [
      await agent.delete(address).expect(422),
      await agent.patch(address).send({ email: 'new@example.com' }).expect(422),
    ]) {
      expect(refused.body.errors).toEqual({ currentPassword: [CONFIRM] });
    }
    await agent.delete(address).send({ currentPassword: PASSWORD }).expect(204);
    await agent.get('/api/v1/auth/me').expect(401);
  });

  it('a new log-in starts another ten minutes', async () => {
    const { agent, username, address } = await loggedInFor(TEN_MINUTES);
    await submit(agent, '/users/login', { username, password: PASSWORD }).expect(303);
    await submit(agent, `${address}?_method=DELETE`).expect(303);
  });

  it('messages are changed and deleted without the password', async () => {
    const { agent, address } = await loggedInFor(TEN_MINUTES);
    await submit(agent, `${address}/messages`, { content: 'still mine' }).expect(303);
    const { text } = await agent.get(`${address}/messages`);
    const [message] = new RegExp(`${address}/messages/\\d+`).exec(text)!;
    await submit(agent, `${message}?_method=DELETE`).expect(303);
  });
});
