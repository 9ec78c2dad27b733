import { appendFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Logger } from '@nestjs/common';
import { TestApp } from '../support/app';
import { searchLogs } from '../support/log-canary.cjs';

const PASSWORD = 'a bittern "booms" in the reeds';

/** A folder of this suite alone: what is planted here must not fail the run. */
describe('The search of all that a run logged', () => {
  let app: TestApp;
  let folder: string;
  const runsOwn = process.env.TEST_LOGS;

  beforeAll(async () => {
    app = await TestApp.start();
  });
  afterAll(() => app.close());
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-canary-'));
    process.env.TEST_LOGS = folder;
  });
  afterEach(async () => {
    if (runsOwn === undefined) delete process.env.TEST_LOGS;
    else process.env.TEST_LOGS = runsOwn;
    await rm(folder, { recursive: true, force: true });
  });

  const log = (text: string) => new Logger('Test').log(text);
  const signUp = (username: string) => app.signUp(username, PASSWORD);

  it('finds a sent password in any encoding, and does not print it', async () => {
    await signUp('ada');
    expect(searchLogs(folder)).toMatchObject({ leaks: [] });

    for (const spelt of [
      PASSWORD,
      encodeURIComponent(PASSWORD),
      new URLSearchParams({ PASSWORD }).toString(),
    ]) {
      log(`It was ${spelt}!`);
    }
    const { leaks } = searchLogs(folder);
    expect(leaks.map(({ line }) => /It was.*!/.exec(line)?.[0])).toEqual([
      'It was ****!',
      'It was ****!',
      'It was PASSWORD=****!',
    ]);
    expect(JSON.stringify(leaks)).not.toContain('bittern');
  });

  it('finds the password of a form and of malformed JSON', async () => {
    const { port } = app;
    const send = (type: string, body: string) =>
      fetch(`http://127.0.0.1:${port}/users/login`, {
        method: 'POST',
        redirect: 'manual',
        headers: { Origin: app.baseUrl, 'Content-Type': type },
        body,
      });
    await send('application/x-www-form-urlencoded', 'username=ada&password=a+heron+in+the+rain');
    await send('application/json', '{ "password": "an owl by the old mill", ');
    log('a heron in the rain');
    log('an owl by the old mill');
    expect(searchLogs(folder).leaks).toHaveLength(2);
  });

  it('finds any part of a cookie that was set, and the token of a link', async () => {
    await signUp('grace');
    const login = { username: 'grace', password: PASSWORD, remember: true };
    const answer = await app.agent().post('/api/v1/auth/login').send(login).expect(200);
    const cookies = new Map(
      [answer.headers['set-cookie']].flat().map((cookie: string) => {
        const [, name, value] = /^([^=]+)=([^;]*)/.exec(cookie)!;
        return [name, decodeURIComponent(value)];
      }),
    );
    const [, id] = /^s:([^.]+)\./.exec(cookies.get('sid')!)!;
    const [, validator] = cookies.get('remember')!.split('.');
    const token = 'a-token-not-in-use-1234567890';
    await app.agent().get(`/users/password-reset/${token}`);
    expect(searchLogs(folder)).toMatchObject({ leaks: [] });

    for (const secret of [id, validator, token]) log(`kept ${secret}`);
    expect(searchLogs(folder).leaks).toHaveLength(3);
  });

  it('recognises a hash and a signed cookie by their format, and ignores short words', async () => {
    await appendFile(join(folder, '1.secrets'), '"password"\n"aaaaaaaaaaaaaaaaaaaa"\n');
    log('password aaaaaaaaaaaaaaaaaaaa');
    expect(searchLogs(folder)).toMatchObject({ secrets: 0, lines: 1, leaks: [] });

    log('$2b$12$abcdefghijklmnopqrstuv');
    log('sid=s%3Aabcdefghijklmnopqrstuv.wxyz');
    expect(searchLogs(folder).leaks.map(({ what }) => what)).toEqual(['a bcrypt hash', 'a signed cookie']);
  });
});
