import { PASSWORD, TestApp } from '../support/app';
import { flashes, fieldValue, submit } from '../support/page';
import { expectNothingStored, rows } from './refusals';

/** Each is another spelling of `kin`, by case, width, space or a letter that folds to one of its letters. */
const SPELLINGS: [string, string][] = [
  ['upper case', 'KIN'],
  ['mixed case', 'kIn'],
  ['full width', 'ｋｉｎ'],
  ['full-width capitals', 'ＫＩＮ'],
  ['the Kelvin sign', '\u212ain'],
  ['a dotless i', 'k\u0131n'],
  ['mathematical letters', '\u{1d4c0}\u{1d4be}\u{1d4c3}'],
  ['circled letters', 'ⓚⓘⓝ'],
  ['spaces around', '  kin\u3000'],
  ['a byte order mark before it', '\ufeffkin'],
  ['line breaks around', '\nkin\r\n'],
];

const REFUSED: [string, string][] = [
  ['a zero-width space', 'ki\u200bn'],
  ['a zero-width joiner', 'ki\u200dn'],
  ['a combining grapheme joiner', 'ki\u034fn'],
  ['a variation selector', 'kin\ufe0f'],
  ['a Cyrillic letter', 'k\u0456n'],
  ['a Greek letter', '\u03bain'],
  ['a small capital of phonetics next to Cyrillic', '\u1d0b\u0456n'],
];

// The database decides uniqueness, so both must agree: this suite runs on each.
describe('Spellings of a name with one account', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.signUp('kin');
  });
  afterAll(() => app.close());

  it.each(SPELLINGS)('%s: the name is taken, on the page and in the API', async (_, username) => {
    await expectNothingStored(app, async () => {
      const page = await submit(app.agent(), '/users/signup', { username, password: PASSWORD }).expect(409);
      expect(flashes(page)).toEqual(['Invalid submission. Please try again.']);
      expect(fieldValue(page, 'username')?.trim()).toBe(username.replace(/\r\n/g, '\n').trim());
      expect(fieldValue(page, 'password')).toBe('');

      const answer = await app.agent().post('/api/v1/auth/signup').send({ username, password: PASSWORD });
      expect(answer.status).toBe(409);
      expect(Object.keys(answer.body.errors)).toEqual(['username']);
    });
  });

  it.each(SPELLINGS)('%s: logs in to it', async (_, username) => {
    const { body } = await app
      .agent()
      .post('/api/v1/auth/login')
      .send({ username, password: PASSWORD })
      .expect(200);
    expect(body.username).toBe('kin');
  });

  it.each(SPELLINGS)('%s: no other user can rename to it', async (_, username) => {
    const other = await app
      .agent()
      .post('/api/v1/auth/login')
      .send({ username: 'other', password: PASSWORD });
    const id: number = other.status === 200 ? other.body.id : await app.signUp('other');
    const agent = await app.loggedIn('other');
    await agent.patch(`/api/v1/users/${id}`).send({ username }).expect(409);
    await submit(agent, `/users/${id}?_method=PATCH`, { username }).expect(409);
    expect((await agent.get(`/api/v1/users/${id}`)).body.username).toBe('other');
  });

  it.each(REFUSED)('%s: is refused, because it would look like another account', async (_, username) => {
    await expectNothingStored(app, async () => {
      await submit(app.agent(), '/users/signup', { username, password: PASSWORD }).expect(422);
      await app.agent().post('/api/v1/auth/signup').send({ username, password: PASSWORD }).expect(422);
      await app.agent().post('/api/v1/auth/login').send({ username, password: PASSWORD }).expect(401);
    });
  });

  it('can be changed by the owner, and the new one is shown as typed and stays reserved', async () => {
    const id = await app.signUp('lovelace');
    const agent = await app.loggedIn('Lovelace');
    await agent.patch(`/api/v1/users/${id}`).send({ username: 'LoveLace' }).expect(200);
    expect((await agent.get('/api/v1/auth/me')).body.username).toBe('LoveLace');
    const stored = await rows<{ username: string; username_canonical: string }>(app, 'users');
    expect(stored).toContainEqual(
      expect.objectContaining({ username: 'LoveLace', username_canonical: 'lovelace' }),
    );
  });

  it('let exactly one of 20 concurrent sign-ups succeed', async () => {
    const spellings = ['grace', 'GRACE', 'Ｇrace', ' grace ', 'graCE'];
    const answers = await Promise.all(
      Array.from({ length: 20 }, (_, index) =>
        app
          .agent()
          .post('/api/v1/auth/signup')
          .send({ username: spellings[index % spellings.length], password: PASSWORD }),
      ),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array<number>(19).fill(409)]);
  });
});
