import { readFileSync } from 'node:fs';
import { access, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import bcrypt from 'bcrypt';
import { TestApp } from '../support/app';
import { entries } from '../support/audit';
import { type Build, build } from '../support/build';
import { latchkey } from '../support/command';
import { submit } from '../support/page';
import { sqliteFile } from '../support/sqlite-file';

const FLASK = 'of the flask age';
const { verify } = JSON.parse(readFileSync(join(__dirname, '../support/imported-hashes.json'), 'utf8')) as {
  verify: { system: string; stored: string; password: string }[];
};

describe('latchkey users import', () => {
  let built: Build;
  let app: TestApp;
  let folder: string;
  let hash: string;

  beforeAll(async () => {
    built = await build();
    app = await TestApp.start();
    hash = await bcrypt.hash(FLASK, 4);
  }, 240_000);
  afterAll(() => app.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-import-'));
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  const run = (...args: string[]) => latchkey(built, app.environment, ['users', 'import', ...args]);
  async function file(content: string | Buffer, name = 'users'): Promise<string> {
    const path = join(folder, name);
    await writeFile(path, content);
    return path;
  }
  const csv = (...lines: string[]) => file(`username,password_hash,email\n${lines.join('\n')}\n`);
  const logIn = (username: string, password = FLASK) =>
    app.agent().post('/api/v1/auth/login').send({ username, password });
  const stored = (username: string) =>
    app.dataSource.query<Record<string, unknown>[]>(
      `SELECT username, email, email_canonical, email_verified_at, pending_email, role FROM users WHERE username = '${username}'`,
    );

  it('imports a CSV file, whose users log in with their passwords; addresses are unconfirmed', async () => {
    const django = verify.find(({ system }) => system === 'passlib, bcrypt-sha256 v2')!;
    const path = await file(
      '\ufeff"email",USERNAME,joined,password_hash\r\n' +
        `ada@example.com,ada,2019,"b'${hash}'"\r\n\r\n` +
        `,grace,2020,${hash} \r\n` +
        `"not ""an"" address",alan,2021,"${django.stored}"\r\n`,
    );
    const { code, output, errors } = await run(path);
    expect({ code, output, errors }).toEqual({
      code: 0,
      output: 'Imported: 3, of which 1 are listed. There already: 0. Refused: 0.\n',
      errors:
        'listed line 5, "alan": its e-mail address is left out: Use an e-mail address such as ada@example.com.\n',
    });
    await logIn('ada').expect(200);
    await logIn('grace').expect(200);
    await logIn('alan', django.password).expect(200);
    expect(await stored('ada')).toEqual([
      {
        username: 'ada',
        email: 'ada@example.com',
        email_canonical: null,
        email_verified_at: null,
        pending_email: 'ada@example.com',
        role: 'user',
      },
    ]);
    const told = (await entries(app)).filter(({ name }) => name === 'users.imported');
    expect(told.map(({ details }) => JSON.parse(details) as unknown)).toEqual([{ count: 3 }]);
  });

  it('refuses single rows, with the line and the reason and without the hash', async () => {
    const md5 = 'd41d8cd98f00b204e9800998ecf8427e';
    const path = await csv(
      `,${hash},`,
      `mdfive,${md5},`,
      'plain,a password in plain text,',
      'none,,',
      `commas,$bcrypt-sha256$v=2,t=2b,r=12$${'a'.repeat(22)}$${'b'.repeat(31)},`,
      `good1,${hash},`,
      `dear,$2b$31$${'.'.repeat(53)},`,
      `${'x'.repeat(256)},${hash},`,
    );
    const { code, output, errors } = await run(path);
    expect(code).toBe(1);
    expect(output).toBe('Imported: 1, of which 0 are listed. There already: 0. Refused: 7.\n');
    expect(errors.split('\n')).toEqual([
      'refused line 2: it has no username',
      'refused line 3: its password hash cannot be verified (MD5 sums)',
      'refused line 4: its password hash cannot be verified (of no form that Latchkey knows)',
      'refused line 5: its password hash cannot be verified (empty)',
      'refused line 6: it has 5 values for 3 columns; a value that holds a comma stands in quotation marks',
      'refused line 8: its password hash cannot be verified (bcrypt hashes of a cost above 17)',
      'refused line 9: its username is longer than 255 characters',
      'Rows that were refused are named above.',
      '',
    ]);
    await logIn('good1').expect(200);
  });

  it('imports names that the rules refuse, and lists them', async () => {
    const odd = ['two words', 'ada+flask@example.com', '😀', 'x'.repeat(200), 'a\u001b[31mred'];
    const { code, output, errors } = await run(await csv(...odd.map((name) => `${name},${hash},`)));
    expect(code).toBe(0);
    expect(output).toContain('Imported: 5, of which 5 are listed.');
    expect(errors).toContain('listed line 2, "two words": its username stays as it is');
    expect(errors).not.toContain('\u001b');
    for (const name of odd.slice(0, 4)) await logIn(name).expect(200);
    await logIn('TWO WORDS').expect(200);

    // Its owner can save the form without having to choose another name.
    const agent = app.agent();
    const { body } = await agent
      .post('/api/v1/auth/login')
      .send({ username: 'two words', password: FLASK })
      .expect(200);
    const { id } = body as { id: number };
    const fields = { username: 'two words', email: 'two@example.com' };
    await submit(agent, `/users/${id}?_method=PATCH`, fields).expect(303);
    await agent.patch(`/api/v1/users/${id}`).send(fields).expect(200);
    const refused = await submit(agent, `/users/${id}?_method=PATCH`, { ...fields, email: 'nowhere' });
    expect(refused.status).toBe(422);
    expect(refused.text).toContain('value="two words"');
    await agent.patch(`/api/v1/users/${id}`).send({ username: 'three words' }).expect(422);
  });

  it('compares new names with the skeletons of imported ones', async () => {
    await run(await csv(`\u0251lan_turing,${hash},`));
    const account = { username: 'alan_turing', password: FLASK };
    await app.agent().post('/api/v1/auth/signup').send(account).expect(409);
  });

  it('changes nothing in a dry run, and needs no database for it', async () => {
    const path = await csv(`dry1,${hash},`, 'dry2,,');
    const dry = await run(path, '--dry-run');
    expect(dry).toMatchObject({
      code: 1,
      output: 'Would be imported: 1, of which 0 are listed. There already: 0. Refused: 1.\n',
    });
    await logIn('dry1').expect(401);

    const nowhere = join(folder, 'nowhere');
    const first = await latchkey(
      built,
      { DATA_DIR: nowhere, DATABASE_URL: `sqlite:${join(nowhere, 'new.sqlite')}` },
      ['users', 'import', path, '--dry-run'],
    );
    expect(first.output).toBe(dry.output);
    await expect(access(nowhere)).rejects.toThrow('ENOENT');
  });

  it('continues an interrupted run: existing users are counted and not changed', async () => {
    const lines = Array.from({ length: 1_200 }, (_, n) => `again${n},${hash},`);
    expect((await run(await csv(...lines.slice(0, 700)))).output).toContain('Imported: 700,');
    await logIn('again1').expect(200); // its password is rehashed by now
    const { code, output } = await run(await csv(...lines));
    expect(code).toBe(0);
    expect(output).toBe('Imported: 500, of which 0 are listed. There already: 700. Refused: 0.\n');
    await logIn('again1').expect(200);
    await logIn('again1199').expect(200);
  });

  it('refuses a taken name, in any spelling, and does not change its user', async () => {
    await app.signUp('Owner');
    const other = await bcrypt.hash('another password', 4);
    const { output, errors } = await run(
      await csv(`owner,${other},`, `twice,${hash},`, `twice,${other},`, `TWICE,${hash},`),
    );
    expect(output).toContain('Imported: 1, of which 0 are listed. There already: 0. Refused: 3.');
    expect(errors).toContain(
      'refused line 2: its username is taken by "Owner", which is the same in another',
    );
    expect(errors).toContain('refused line 4: its username is taken by a user with another password hash');
    expect(errors).toContain('refused line 5: its username is taken by "twice"');
    await logIn('owner', 'another password').expect(401);
    await logIn('twice').expect(200);
  });

  it('imports JSON Lines, and lists invalid ones', async () => {
    const path = await file(
      [
        JSON.stringify({ username: 'json1', password_hash: hash, email: 'json1@example.com', more: [1] }),
        '{"username": "json2", "password_hash": ',
        '[1]',
        '{"username": "json3"}',
        JSON.stringify({ username: 7, password: hash, email: null }),
      ].join('\n'),
      'users.csv', // its content counts, not its name
    );
    const { output, errors } = await run(path);
    expect(output).toBe('Imported: 2, of which 0 are listed. There already: 0. Refused: 3.\n');
    expect(errors).toContain('refused line 2: it is no JSON object');
    expect(errors).toContain('refused line 3: it is no JSON object');
    expect(errors).toContain('refused line 4: it lacks username or password_hash');
    expect(errors).not.toContain(hash);
    await logIn('json1').expect(200);
    await logIn('7').expect(200);
  });

  it('imports the SQLite file of a Flask application, bytes and Python’s b’…’ too, and does not change it', async () => {
    const path = join(folder, 'app.db');
    await sqliteFile(path, [
      ['CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password TEXT)'],
      ['CREATE TABLE messages (id INTEGER PRIMARY KEY, content TEXT)'],
      ['INSERT INTO users VALUES (-3, ?, ?)', 'flask1', Buffer.from(hash)],
      ['INSERT INTO users VALUES (2, ?, ?)', 'flask2', `b'${hash}'`],
      [
        'INSERT INTO users VALUES (9, ?, ?)',
        Buffer.from('flask3'),
        `\\x${Buffer.from(hash).toString('hex')}`,
      ],
      ['INSERT INTO users VALUES (10, ?, NULL)', 'flask4'],
    ]);
    const before = readFileSync(path);
    const { output, errors } = await run(path);
    expect(output).toBe('Imported: 3, of which 0 are listed. There already: 0. Refused: 1.\n');
    expect(errors).toContain('refused row 10: its password hash');
    for (const name of ['flask1', 'flask2', 'flask3']) await logIn(name).expect(200);
    expect(readFileSync(path).equals(before)).toBe(true);
  });

  it('gives an imported address no rights over the account that has confirmed it', async () => {
    const id = await app.signUp('confirmed');
    await app.dataSource.query(
      `UPDATE users SET email = 'shared@example.com', email_canonical = 'shared@example.com', email_verified_at = 1,
       pending_email = NULL, pending_email_canonical = NULL WHERE id = ${id}`,
    );
    await run(await csv(`thief,${hash},shared@example.com`));
    const agent = await app.loggedIn('thief', FLASK);
    const { body } = await agent.get('/api/v1/auth/me').expect(200);
    expect(body).toMatchObject({ email: 'shared@example.com', emailVerified: false });
    // A password reset link goes to the account that has confirmed the address: see test/auth/password-reset.e2e-spec.ts.
    const rows = await app.dataSource.query<{ username: string }[]>(
      "SELECT username FROM users WHERE email_canonical = 'shared@example.com'",
    );
    expect(rows).toEqual([{ username: 'confirmed' }]);
  });

  it('exits with 1 and a message for an unreadable file', async () => {
    const latin1 = Buffer.from('username,password_hash\nJos\xe9,x\n', 'latin1');
    const { code, output, errors } = await run(await file(latin1));
    expect({ code, output }).toEqual({ code: 1, output: '' });
    expect(errors).toMatch(/^\S+ is not in UTF-8\. Convert it first, for example by iconv\.\n$/);
  });

  it('lists the tables and columns of an unsuitable SQLite file', async () => {
    const path = join(folder, 'other.db');
    await sqliteFile(path, [['CREATE TABLE invoices (id INTEGER PRIMARY KEY)']]);
    expect((await run(path)).errors).toContain('It has no table users; it has: invoices');
    await sqliteFile(path, [['CREATE TABLE users (id INTEGER PRIMARY KEY, login TEXT)']]);
    const { code, errors } = await run(path);
    expect(code).toBe(1);
    expect(errors).toContain('may have email; it has: id, login');
  });
});
