import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { PASSWORD } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/database';
import { EventStreamReader } from '../support/event-stream';
import { type Build, build } from '../support/build';
import { Started } from '../support/process';
import { Wire } from '../support/wire';

describe('Stopping the application', () => {
  let built: Build;
  let dataDir: string;
  let database: TestDatabase;
  let started: Started;

  beforeAll(async () => {
    built = await build();
  }, 120_000);
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-stop-'));
    database = await testDatabase();
    started = await Started.run(built, { DATA_DIR: dataDir, DATABASE_URL: database.url });
    await started.listening();
  });
  afterEach(async () => {
    await started.stop();
    await database.dispose();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** Sends a sign-up whose last byte is held back. @returns how to send it, and the answer. */
  async function halfSignUp(username: string): Promise<{ socket: Socket; finish: () => Promise<string> }> {
    const body = JSON.stringify({ username, password: PASSWORD });
    const head =
      'POST /api/v1/auth/signup HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n' +
      `Origin: http://localhost:${started.port}\r\nContent-Length: ${body.length}\r\n\r\n`;
    const socket = connect(started.port, '127.0.0.1');
    await once(socket, 'connect');
    socket.write(head + body.slice(0, -1));
    await delay(200); // until the server has read it
    const finish = async () => {
      let text = '';
      socket.on('data', (part: Buffer) => (text += part.toString()));
      socket.write(body.slice(-1));
      await once(socket, 'close');
      return text;
    };
    return { socket, finish };
  }

  const signal = (name: NodeJS.Signals) => started.child.kill(name);

  it.each(['SIGTERM', 'SIGINT'] as const)(
    'by %s finishes what is under way, takes nothing new and ends with code 0',
    async (name) => {
      const { finish } = await halfSignUp('ada');
      signal(name);
      await delay(300);
      await expect(fetch(started.url)).rejects.toThrow('fetch failed');

      expect(await finish()).toMatch(/^HTTP\/1.1 201 /);
      expect(await started.ended).toEqual({ code: 0, signal: null });
    },
  );

  it('does not wait for connections that ask nothing', async () => {
    const idle = await Promise.all(Array.from({ length: 5 }, () => Wire.open(started.port)));
    for (const wire of idle.slice(1)) expect((await wire.ask({ path: '/' })).status).toBe(200);
    signal('SIGTERM');
    expect(await started.ended).toEqual({ code: 0, signal: null });
    for (const wire of idle) wire.close();
  });

  it('does not wait for open pages that listen for the end of their session', async () => {
    const headers = { Origin: `http://localhost:${started.port}` };
    const json = { username: 'ada', password: PASSWORD };
    const wire = await Wire.open(started.port);
    await wire.ask({ method: 'POST', path: '/api/v1/auth/signup', json, headers });
    const login = await wire.ask({ method: 'POST', path: '/api/v1/auth/login', json, headers });
    wire.close();
    const address = `${started.url}/account/session/events`;
    const streams = [];
    for (let i = 0; i < 3; i += 1) streams.push(await EventStreamReader.open(address, login.cookie('sid')!));
    expect(streams.map(({ answer }) => answer.status)).toEqual([200, 200, 200]);

    const before = Date.now();
    signal('SIGTERM');
    expect(await started.ended).toEqual({ code: 0, signal: null });
    expect(Date.now() - before).toBeLessThan(2_000);
    for (const stream of streams) {
      await stream.over();
      expect(stream.events).toEqual([]);
    }
  });

  it('does not wait for ever for a request that never comes to its end', async () => {
    const { socket } = await halfSignUp('never');
    socket.on('error', () => undefined);
    const before = Date.now();
    signal('SIGTERM');
    expect(await started.ended).toEqual({ code: 0, signal: null });
    expect(Date.now() - before).toBeLessThan(10_000);
    socket.destroy();
  });

  it('under load answers every request that it took', async () => {
    const taken = await Promise.all(Array.from({ length: 20 }, (_, index) => halfSignUp(`user${index}`)));
    signal('SIGTERM');
    await delay(300);
    const answers = await Promise.all(taken.map(({ finish }) => finish()));
    expect(answers.filter((answer) => answer.startsWith('HTTP/1.1 201 '))).toHaveLength(20);
    expect(await started.ended).toEqual({ code: 0, signal: null });
  });

  it('by force loses nothing that it had answered', async () => {
    const wire = await Wire.open(started.port);
    const headers = { Origin: `http://localhost:${started.port}` };
    const json = { username: 'ada', password: PASSWORD };
    await wire.ask({ method: 'POST', path: '/api/v1/auth/signup', json, headers });
    const cookie = (await wire.ask({ method: 'POST', path: '/api/v1/auth/login', json, headers })).cookie(
      'sid',
    );
    expect(signal('SIGKILL')).toBe(true);
    await started.ended;
    wire.close();

    started = await Started.run(built, { DATA_DIR: dataDir, DATABASE_URL: database.url });
    await started.listening();
    const answer = await fetch(`${started.url}/api/v1/auth/me`, { headers: { cookie: cookie! } });
    expect(answer.status).toBe(200);
  });
});
