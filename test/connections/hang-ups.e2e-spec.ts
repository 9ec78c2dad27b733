import { connect } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { Logger } from '@nestjs/common';
import { TestApp } from '../support/app';
import { type Victim, victim } from '../support/parked';

describe('A client that hangs up', () => {
  let app: TestApp;
  let reader: Victim;
  let logged: jest.SpyInstance[];

  beforeAll(async () => {
    app = await TestApp.start();
    reader = await victim(app, 'hangs-up');
    const content = 'a heron '.repeat(240);
    for (let n = 0; n < 400; n += 1)
      await app.dataSource.query(
        `INSERT INTO messages (user_id, content, created_at, updated_at) VALUES (${reader.id}, '${content}', 1, 1)`,
      );
  });
  beforeEach(() => {
    logged = (['error', 'warn'] as const).map((level) => jest.spyOn(Logger.prototype, level));
  });
  afterEach(() => jest.restoreAllMocks());
  afterAll(() => app.close());

  const head = (line: string, ...headers: string[]) =>
    [
      `${line} HTTP/1.1`,
      'Host: localhost:3000',
      `Origin: ${app.baseUrl}`,
      `Cookie: ${reader.cookie}`,
      ...headers,
      '\r\n',
    ].join('\r\n');
  const FORM = 'Content-Type: application/x-www-form-urlencoded';
  const JSON_BODY = 'Content-Type: application/json';
  const path = () => `/users/${reader.id}/messages`;

  /** Sends this, hangs up after a while, and waits until the server has noticed. */
  async function hangUp(text: string, how: 'end' | 'reset', after: number): Promise<void> {
    const socket = connect(app.port, '127.0.0.1');
    socket.on('error', () => undefined);
    socket.write(text);
    await delay(after);
    if (how === 'end') socket.destroy();
    else socket.resetAndDestroy();
    await delay(150);
  }

  const CASES: [string, () => string][] = [
    ['in the middle of a form', () => `${head(`POST ${path()}`, FORM, 'Content-Length: 100')}content=half`],
    [
      'in the middle of a form in chunks',
      () => `${head(`POST ${path()}`, FORM, 'Transfer-Encoding: chunked')}c\r\ncontent=half`,
    ],
    [
      'in the middle of a body of the API',
      () => `${head(`POST /api/v1${path()}`, JSON_BODY, 'Content-Length: 100')}{"content":"half`,
    ],
    [
      'in the middle of a guest’s log-in',
      () => `${head('POST /users/login', FORM, 'Content-Length: 100').replace(/Cookie.*\r\n/, '')}username=a`,
    ],
    ['in the middle of a head', () => 'POST /users/login HTTP/1.1\r\nHost: local'],
    ['while a page is made', () => head('GET /messages', 'Accept: text/html')],
    ['while an export is sent', () => head('GET /api/v1/auth/export')],
    [
      'while it listens for the end of its session',
      () => head('GET /account/session/events', 'Accept: text/event-stream'),
    ],
  ];

  it.each(CASES)('%s is no error and no warning in the log', async (_, text) => {
    for (const how of ['end', 'reset'] as const)
      for (const after of [0, 5, 60]) await hangUp(text(), how, after);
    expect(logged.flatMap(({ mock }) => mock.calls as unknown[][])).toEqual([]);
  });
});
