import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { TestApp } from '../support/app';
import { victim } from '../support/parked';
import { Wire } from '../support/wire';

/** What one connection receives after sending this, until the server closes it. */
async function received(port: number, text: string): Promise<string> {
  const socket: Socket = connect(port, '127.0.0.1');
  let answer = '';
  socket.on('data', (part: Buffer) => (answer += part.toString()));
  socket.write(text);
  await once(socket, 'close');
  return answer;
}

describe('A request that is slow to arrive', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ REQUEST_TIMEOUT: '1s', KEEP_ALIVE_TIMEOUT: '65s' });
  });
  afterAll(() => app.close());

  const HEAD = 'POST /users/login HTTP/1.1\r\nHost: localhost:3000\r\n';

  it('is answered 408 when its head takes longer than REQUEST_TIMEOUT', async () => {
    expect(await received(app.port, HEAD)).toMatch(/^HTTP\/1\.1 408 /);
  });

  it('is answered 408 when its body does, with a length or in chunks, and changes nothing', async () => {
    const { id, username, cookie } = await victim(app, 'slow');
    const headers = { Origin: app.baseUrl };
    const request = { method: 'PATCH', path: `/api/v1/users/${id}`, cookie, headers };
    const json = { username: 'changed' };
    for (const isChunked of [false, true]) {
      const wire = await Wire.open(app.port);
      expect((await wire.park({ ...request, json, isChunked }).answer).status).toBe(408);
      wire.close();
    }
    const { body } = await app.agent().get('/api/v1/auth/me').set('Cookie', cookie).expect(200);
    expect(body).toMatchObject({ username });
  });

  it('gets no second answer when it was refused before its body had come', async () => {
    const refused = `${HEAD}Content-Type: text/csv\r\nContent-Length: 10\r\n\r\n1`;
    const answers = (await received(app.port, refused)).match(/HTTP\/1\.1 \d+/g);
    expect(answers).toEqual(['HTTP/1.1 415']);
  });

  it('is not what a connection waits for that has asked for nothing yet, or nothing again', async () => {
    expect(await received(app.port, '')).toBe('');
    const wire = await Wire.open(app.port);
    await wire.ask({ path: '/health/live' });
    await delay(3_000);
    expect((await wire.ask({ path: '/health/live' })).status).toBe(200);
    wire.close();
  });
});
