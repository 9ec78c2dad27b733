import type { Response } from 'supertest';
import { UsersService } from '../../src/users/users-service';
import { ExpiredSubmissions } from '../../src/access/submissions/submission-store';
import { PASSWORD, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { fieldError, flashes } from '../support/page';
import { dump } from '../support/probes';
import { OpenForm } from '../support/second-click';

const NEW_PASSWORD = 'another horse battery staple';
const THIRD_PASSWORD = 'a third horse battery staple';
const CHANGE = { currentPassword: PASSWORD, newPassword: NEW_PASSWORD };

describe('The key of a form', () => {
  let app: TestApp;
  let second: TestApp;
  let count = 0;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
  });
  afterAll(() => app.close());

  const later = (milliseconds: number) => {
    for (const { clock } of [app, second]) clock.advance(milliseconds);
  };
  const rows = async (table: string, where = '1 = 1') =>
    Number(
      (
        await app.dataSource.query<{ n: number | string }[]>(
          `SELECT count(*) AS n FROM ${table} WHERE ${where}`,
        )
      )[0].n,
    );
  async function member(): Promise<{ id: number; name: string; jar: CookieJar }> {
    const name = `member${(count += 1)}`;
    const id = await app.signUp(name);
    const jar = new CookieJar();
    await jar.logIn(app, name);
    await jar.open(app);
    return { id, name, jar };
  }
  const newMessage = (jar: CookieJar, id: number) =>
    OpenForm.at(app, jar, `/users/${id}/messages/new`, `/users/${id}/messages`);
  const isRefused = ({ status, headers }: Response) =>
    status === 303 && headers.location.startsWith('/users/login');

  it('is unique for each form and each page, and is created without a statement', async () => {
    const { id, jar } = await member();
    const before = await rows('submissions');
    const forms = [await newMessage(jar, id), await newMessage(jar, id)];
    const page = await jar.open(app, '/users/welcome');
    const keys = [...page.text.matchAll(/name="_key" value="([\w-]{22})"/g)].map(([, key]) => key);
    expect(keys.length).toBeGreaterThan(1);
    expect(new Set([...keys, ...forms.map(({ hidden }) => hidden._key)]).size).toBe(keys.length + 2);
    expect(await rows('submissions')).toBe(before);
  });

  it('lets the same text be posted from two tabs, and two texts from one', async () => {
    const { id, jar } = await member();
    const [one, other] = [await newMessage(jar, id), await newMessage(jar, id)];
    await Promise.all([one, other].map((form) => form.send(app, { content: 'Hello' })));
    await one.send(app, { content: 'Hello again' });
    expect(await rows('messages', `user_id = ${id}`)).toBe(3);
  });

  it('may be missing, as in pages of an older release', async () => {
    const { id, jar } = await member();
    for (let times = 0; times < 2; times += 1)
      await jar.submit(app, `/users/${id}/messages`, { content: 'Hello' });
    expect(await rows('messages', `user_id = ${id}`)).toBe(2);
    await jar.submit(app, `/users/${id}/messages`, { content: 'Hello', _key: 'not one of ours' });
    expect(await rows('messages', `user_id = ${id}`)).toBe(3);
  });

  it('expires after ten seconds', async () => {
    const { id, name, jar } = await member();
    const form = await newMessage(jar, id);
    const change = await OpenForm.at(app, jar, '/account/password');
    const signUp = await OpenForm.at(app, new CookieJar(), '/users/signup');
    const account = { username: `late-${name}`, password: PASSWORD, email: '' };
    await form.send(app, { content: 'Hello' });
    expect((await signUp.send(app, account)).status).toBe(303);
    jar.take(await change.send(app, CHANGE));
    later(10_001);
    await form.send(app, { content: 'Hello' });
    expect(await rows('messages', `user_id = ${id}`)).toBe(2);
    expect(flashes(await signUp.send(app, account))).toEqual(['Invalid submission. Please try again.']);
    const again = await change.send(app, CHANGE);
    expect(fieldError(again, 'currentPassword')).toBe('This is not your current password.');
  });

  it('can be used again if the request failed', async () => {
    const { id, jar } = await member();
    const form = await newMessage(jar, id);
    expect((await form.send(app, { content: ' ' })).status).toBe(422);
    const change = await OpenForm.at(app, jar, '/account/password');
    const wrong = { ...CHANGE, currentPassword: 'not the password' };
    for (let times = 0; times < 2; times += 1) expect((await change.send(app, wrong)).status).toBe(422);
    expect((await change.send(app, CHANGE)).headers.location).toBe('/account');
  });

  describe('of a change of the password, sent again from the session of before', () => {
    async function changed() {
      const owner = await member();
      const { jar } = owner;
      const form = await OpenForm.at(app, jar, '/account/password');
      const former = jar.header;
      jar.take(await form.send(app, CHANGE));
      return { ...owner, form, former };
    }

    it('does not log in a request with another password, key or session', async () => {
      const { form, former } = await changed();
      const guess = { ...CHANGE, currentPassword: `${PASSWORD}!` };
      expect(isRefused(await form.send(second, guess, former))).toBe(true);
      const otherKey = { ...CHANGE, _key: 'A'.repeat(22) };
      form.hidden._key = otherKey._key;
      expect(isRefused(await form.send(second, CHANGE, former))).toBe(true);

      const { form: theirs } = await changed();
      expect(isRefused(await theirs.send(second, CHANGE, ''))).toBe(true);
      expect(isRefused(await theirs.send(second, CHANGE, former))).toBe(true);
      const { jar: mallory } = await member();
      const { headers } = await theirs.send(second, CHANGE, mallory.header);
      expect(headers.location).toBe('/account'); // her own password, which was the same
    });

    type Owner = Awaited<ReturnType<typeof changed>>;
    const ends: [after: string, others: number, end: (owner: Owner) => Promise<unknown>][] = [
      ['a log-out', 0, ({ jar }) => jar.submit(app, '/users/logout')],
      [
        'another change of the password',
        1,
        ({ jar }) => {
          const fields = { currentPassword: NEW_PASSWORD, newPassword: THIRD_PASSWORD };
          return jar.submit(app, '/account/password', fields);
        },
      ],
      [
        'an end from another device',
        1,
        async ({ name }) => {
          const other = await app.loggedIn(name, NEW_PASSWORD);
          await other.delete('/api/v1/auth/sessions').expect(204);
        },
      ],
      [
        'the account having been disabled',
        0,
        ({ id }) => app.app.get(UsersService, { strict: false }).disable(id),
      ],
      ['the account having been deleted', 0, ({ id, jar }) => jar.submit(app, `/users/${id}?_method=DELETE`)],
    ];
    it.each(ends)('revives no session after %s', async (_, others, end) => {
      const owner = await changed();
      await end(owner);
      const answer = await owner.form.send(second, CHANGE, owner.former);
      expect(isRefused(answer)).toBe(true);
      expect(await rows('sessions', `user_id = ${owner.id} AND ended_at IS NULL`)).toBe(others);
    });

    it('starts at most three more sessions, which end when one of them is used', async () => {
      const { id, form, former } = await changed();
      const answers = await Promise.all(
        Array.from({ length: 8 }, (_, click) => form.send([app, second][click % 2], CHANGE, former)),
      );
      expect(answers.filter(({ headers }) => headers.location === '/account')).toHaveLength(3);
      expect(await rows('sessions', `user_id = ${id} AND ended_at IS NULL`)).toBe(4);

      const used = new CookieJar();
      used.take(answers.find(({ headers }) => headers.location === '/account')!);
      await used.open(app, '/account');
      expect(await rows('sessions', `user_id = ${id} AND ended_at IS NULL`)).toBe(4);
      later(10_001);
      await used.open(app, '/account');
      expect(await rows('sessions', `user_id = ${id} AND ended_at IS NULL`)).toBeLessThan(4);
    });
  });

  it('of a log-in is useless to another browser without the password', async () => {
    const { name } = await member();
    const form = await OpenForm.at(app, new CookieJar(), '/users/login');
    await form.send(app, { username: name, password: PASSWORD });
    expect((await form.send(second, { username: name, password: `${PASSWORD}!` })).status).toBe(401);
  });

  it('leaves nothing in the database that an attacker could use', async () => {
    const { name, jar } = await member();
    const form = await OpenForm.at(app, jar, '/account/password');
    jar.take(await form.send(app, CHANGE));
    const stored = JSON.stringify(await app.dataSource.query('SELECT * FROM submissions'));
    expect(stored).toContain('digest');
    for (const secret of [form.hidden._key, PASSWORD, NEW_PASSWORD, name, '/account', 'Password Updated'])
      expect(stored).not.toContain(secret);
    expect(await dump(app)).not.toContain(form.hidden._key);
  });

  it('costs no row when a guest is refused anyway', async () => {
    const before = await rows('submissions');
    const { id } = await member();
    const fields = { content: 'Hello', _key: 'B'.repeat(22) };
    await new CookieJar().submit(app, `/users/${id}/messages`, fields);
    expect(await rows('submissions')).toBe(before);
  });

  it('is deleted after it expired', async () => {
    const { id, jar } = await member();
    await (await newMessage(jar, id)).send(app, { content: 'Hello' });
    later(10_001);
    await app.app.get(ExpiredSubmissions, { strict: false }).purge();
    expect(await rows('submissions')).toBe(0);
  });
});
