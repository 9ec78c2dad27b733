import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TestApp } from '../support/app';
import { ENDINGS, victim } from '../support/parked';

/** More than the buffers between the two ends hold. */
const MESSAGES = 6_000;
const CONTENT = 'a heron '.repeat(240);

class Download {
  received = '';

  private constructor(
    private readonly socket: Socket,
    readonly closed: Promise<unknown>,
  ) {}

  static async begin(port: number, path: string, cookie: string, accept: string): Promise<Download> {
    const socket = connect(port, '127.0.0.1');
    const download = new Download(socket, once(socket, 'close'));
    socket.write(
      `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nAccept: ${accept}\r\nCookie: ${cookie}\r\n\r\n`,
    );
    const [first] = (await once(socket, 'data')) as [Buffer];
    download.received = first.toString();
    socket.pause();
    socket.on('data', (part: Buffer) => (download.received += part.toString()));
    return download;
  }

  goOn(): void {
    this.socket.resume();
  }

  close(): void {
    this.socket.destroy();
  }
}

describe('An answer that began before its session ended', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
  });
  afterAll(() => app.close());

  async function manyMessages(userId: number): Promise<void> {
    await app.dataSource.query(
      `WITH RECURSIVE numbers(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < ${MESSAGES})
       INSERT INTO messages (user_id, content, created_at, updated_at)
       SELECT ${userId}, '${CONTENT}', 1, 1 FROM numbers`,
    );
  }

  it.each(Object.entries(ENDINGS))('by %s is cut off: an export', async (_, { reason, act }) => {
    const target = await victim(app, `export-${reason}`);
    await manyMessages(target.id);
    const file = await Download.begin(app.port, '/api/v1/auth/export', target.cookie, 'application/json');
    expect(file.received).toMatch(/^HTTP\/1\.1 200 /);
    await delay(300); // the buffers are full by now, and the server waits for its reader
    await act(second, target);
    file.goOn();
    await file.closed;
    expect(file.received).not.toMatch(/\}\r?\n\r\n0\r\n\r\n$/);
    expect(file.received.split(CONTENT).length - 1).toBeLessThan(MESSAGES);
  });

  it('by whatever it was is closed: a stream of events', async () => {
    const streams = Object.values(ENDINGS).map(async ({ reason, act }) => {
      const target = await victim(app, `stream-${reason}`);
      const path = '/account/session/events';
      const stream = await Download.begin(app.port, path, target.cookie, 'text/event-stream');
      stream.goOn();
      await act(second, target);
      await stream.closed;
      return stream.received.includes(`"reason":"${reason}"`);
    });
    expect(await Promise.all(streams)).toEqual(streams.map(() => true));
  });
});
