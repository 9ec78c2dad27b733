import { gzipSync } from 'node:zlib';
import { PASSWORD, TestApp } from '../support/app';
import { mainThreadTime } from '../support/main-thread-time';
import { type Answer, Client } from './exchange';
import { expectNothingStored, expectRefusal } from './refusals';

const JSON_TYPE = 'application/json';
const FORM_TYPE = 'application/x-www-form-urlencoded';
const API = '/api/v1/auth/signup';
const PAGE = '/users/signup';

const account = { username: 'bob', password: PASSWORD };
const form = new URLSearchParams(account).toString();

describe('A body', () => {
  let app: TestApp;
  let client: Client;

  beforeAll(async () => {
    app = await TestApp.start();
    client = new Client(app.port);
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });

  function post(path: string, type: string, body: string | Buffer, headers = {}): Promise<Answer> {
    return client.ask({ method: 'POST', path, headers: { 'Content-Type': type, ...headers }, body });
  }

  async function expectRefused(
    status: number,
    path: string,
    type: string,
    body: string | Buffer,
    headers = {},
  ) {
    await expectNothingStored(app, async () => {
      expectRefusal(await post(path, type, body, headers), status, { api: path.startsWith('/api') });
    });
    await expectAlive();
  }

  async function expectAlive() {
    expect((await client.ask({ path: '/users/login' })).status).toBe(200);
  }

  describe('that is too large', () => {
    const large = 'a'.repeat(110_000);

    it.each([
      ['JSON', API, JSON_TYPE, JSON.stringify({ ...account, password: large })],
      ['a form', PAGE, FORM_TYPE, `username=bob&password=${large}`],
      ['a form for the log-in', '/users/login', FORM_TYPE, `username=${large}&password=x`],
    ])('is refused with 413: %s', (_, path, type, body) => expectRefused(413, path, type, body));

    it.each([
      ['101 fields', 101],
      ['2,000 fields', 2_000],
    ])('is refused with 413 when a form has %s', (_, count) =>
      expectRefused(413, PAGE, FORM_TYPE, 'a=1&'.repeat(count - 1) + 'a=1'),
    );

    it('is refused without reading it, and no password of a megabyte is hashed', async () => {
      const before = mainThreadTime();
      await expectRefused(
        413,
        API,
        JSON_TYPE,
        JSON.stringify({ ...account, password: 'p'.repeat(1_000_000) }),
      );
      expect(mainThreadTime() - before).toBeLessThan(1_000);
    });

    it('is refused by its decompressed size, and a decompression bomb early', async () => {
      const bomb = gzipSync(Buffer.alloc(50_000_000, 'a'));
      expect(bomb.length).toBeLessThan(60_000);
      const before = process.memoryUsage().rss;
      await expectRefused(413, API, JSON_TYPE, bomb, { 'Content-Encoding': 'gzip' });
      await expectRefused(413, PAGE, FORM_TYPE, bomb, { 'Content-Encoding': 'gzip' });
      expect(process.memoryUsage().rss - before).toBeLessThan(60_000_000);
    });
  });

  describe('that is JSON', () => {
    it.each([
      ['5,000 lists deep', '['.repeat(5_000) + ']'.repeat(5_000)],
      ['49,000 lists deep', '['.repeat(49_000) + ']'.repeat(49_000)],
      ['5,000 objects deep', '{"a":'.repeat(5_000) + '1' + '}'.repeat(5_000)],
      ['16,000 objects deep', '{"a":'.repeat(16_000) + '1' + '}'.repeat(16_000)],
      ['deep inside a field', `{"username":${'['.repeat(20_000)}${']'.repeat(20_000)}}`],
      ['deep and never closed', '['.repeat(90_000)],
      ['cut', '{"username":"bob","password":"a secret that must not come ba'],
      ['with a comma too many', '{"username":"bob",}'],
      ['with a comment', '{/**/"username":"bob"}'],
      ['with single quotes', "{'username':'bob'}"],
      ['with a line break in a text', '{"username":"b\nob"}'],
      ['with something behind it', '{"username":"bob"} {}'],
      ['an endless text of escapes', `{"a":"${'\\"'.repeat(45_000)}`],
      ['not JSON', 'username=bob'],
    ])('%s is refused, and the process goes on', async (_, body) => {
      const answer = await post(API, JSON_TYPE, body);
      expectRefusal(answer, 400, { api: true });
      expect(answer.text).not.toContain('a secret');
      await expectAlive();
    });

    it('9,000 unknown fields wide is refused within a second', async () => {
      const wide = JSON.stringify(Object.fromEntries(Array.from({ length: 9_000 }, (_, n) => [`k${n}`, 1])));
      const started = performance.now();
      await expectRefused(400, API, JSON_TYPE, wide);
      expect(performance.now() - started).toBeLessThan(2_000);
    });
  });

  describe('of another kind', () => {
    it.each([
      FORM_TYPE,
      'text/plain',
      'multipart/form-data; boundary=x',
      'application/xml',
      'text/json',
      '',
      '; x',
      'json',
    ])('is refused by the API: %j', (type) => expectRefused(415, API, type, JSON.stringify(account)));

    it.each([JSON_TYPE, 'text/plain', 'multipart/form-data; boundary=x', 'application/octet-stream', ''])(
      'is refused by a page: %j',
      (type) => expectRefused(415, PAGE, type, form),
    );

    it.each([
      '/API/v1/auth/signup',
      '/Api/V1/Auth/Signup',
      '/api/v1/auth/signup/',
      'http://localhost:3000/api/v1/auth/signup',
    ])('is refused by the API however its address is written: a form for %s', async (path) => {
      await expectNothingStored(app, async () => {
        expectRefusal(await post(path, FORM_TYPE, form), 415, { api: true });
      });
    });

    it.each([
      'utf-16',
      'utf-16le',
      'utf-32',
      'utf-7',
      'iso-8859-1',
      'windows-1252',
      'utf8mb4',
      'x',
      '__proto__',
    ])('is refused in any character set but UTF-8: %s', async (charset) => {
      await expectRefused(
        415,
        API,
        `${JSON_TYPE}; charset=${charset}`,
        Buffer.from(JSON.stringify(account), 'utf16le'),
      );
      await expectRefused(415, PAGE, `${FORM_TYPE}; charset=${charset}`, form);
    });

    it('is read in UTF-8, also with an explicit charset', async () => {
      const answer = await post('/api/v1/auth/login', `${JSON_TYPE}; charset=UTF-8`, JSON.stringify(account));
      expect(answer.status).toBe(401);
    });

    it.each(['compress', 'x', 'gzip, gzip', 'zstd-dictionary'])('is refused in the encoding %s', (encoding) =>
      expectRefused(415, API, JSON_TYPE, JSON.stringify(account), { 'Content-Encoding': encoding }),
    );
  });

  describe('that is malformed', () => {
    it('in its UTF-8 is refused', async () => {
      for (const bytes of [[0xff], [0xed, 0xa0, 0x80], [0xc0, 0xaf], [0xf0, 0x9f]]) {
        const json = Buffer.concat([Buffer.from('{"username":"b'), Buffer.from(bytes), Buffer.from('"}')]);
        await expectRefused(400, API, JSON_TYPE, json);
        await expectRefused(
          400,
          PAGE,
          FORM_TYPE,
          Buffer.concat([Buffer.from('username=b'), Buffer.from(bytes)]),
        );
      }
    });

    it.each([
      ['nothing of the kind', Buffer.from('{"username":"bob"}')],
      ['cut', gzipSync(JSON.stringify(account)).subarray(0, 20)],
      [
        'with a wrong checksum',
        Buffer.concat([gzipSync(JSON.stringify(account)).subarray(0, -8), Buffer.alloc(8)]),
      ],
    ])('gzip is refused: %s', (_, body) =>
      expectRefused(400, API, JSON_TYPE, body, { 'Content-Encoding': 'gzip' }),
    );

    it('complete gzip is read', async () => {
      const body = gzipSync(JSON.stringify(account));
      const answer = await post('/api/v1/auth/login', JSON_TYPE, body, { 'Content-Encoding': 'gzip' });
      expect(answer.status).toBe(401);
    });
  });
});
