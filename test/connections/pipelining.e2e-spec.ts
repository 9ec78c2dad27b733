import { once } from 'node:events';
import { get } from 'node:http';
import { connect, type Socket } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as delay } from 'node:timers/promises';
import { MOST_PIPELINED } from '../../src/http/serialize-pipelined';
import { TestApp } from '../support/app';
import { victim } from '../support/parked';

/** Generous: a page takes a few milliseconds where views are not cached, and a turn some of them. */
const FINE_LAG_MS = 200;
/** Of the time that all take together, for a machine that is busy with others. */
const FINE_SHARE = 0.25;

describe('Requests that come on one connection without waiting for an answer', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start();
    await app.agent().get('/users/login').expect(200); // what is loaded with the first page is no part of what is measured
  });
  afterAll(() => app.close());

  const asked = (path: string, more = '') => `GET ${path} HTTP/1.1\r\nHost: localhost:3000\r\n${more}\r\n`;

  async function connected(): Promise<Socket> {
    const socket = connect(app.port, '127.0.0.1');
    await once(socket, 'connect');
    return socket;
  }

  /** Writes all at once. @returns what came until the connection was closed. */
  async function answersTo(text: string, socket = connect(app.port, '127.0.0.1')): Promise<string> {
    let received = '';
    socket.on('data', (part: Buffer) => (received += part.toString()));
    socket.write(text);
    await once(socket, 'close');
    return received;
  }
  const statuses = (received: string) =>
    [...received.matchAll(/HTTP\/1\.1 (\d+)/g)].map(([, status]) => status);

  const isAlive = () =>
    new Promise<void>((resolve, reject) =>
      get({ port: app.port, path: '/health/live' }, (answer) => {
        answer.resume().once('end', resolve);
      }).once('error', reject),
    );

  async function whileOthersAsk<T>(work: Promise<T>): Promise<{ result: T; isFine: boolean; pings: number }> {
    const histogram = monitorEventLoopDelay({ resolution: 1 });
    histogram.enable();
    const begun = performance.now();
    let isDone = false;
    let pings = 0;
    const pinging = (async () => {
      while (!isDone) {
        await isAlive();
        pings += 1;
        await delay(1);
      }
    })();
    const result = await work.finally(() => (isDone = true));
    await pinging;
    histogram.disable();
    const most = Math.max(FINE_LAG_MS, FINE_SHARE * (performance.now() - begun));
    return { result, isFine: histogram.max / 1e6 < most, pings };
  }

  it('are answered one after the other while others are answered meanwhile, and too many close the connection', async () => {
    const { result, isFine, pings } = await whileOthersAsk(answersTo(asked('/users/login').repeat(600)));
    expect(isFine).toBe(true);
    expect(pings).toBeGreaterThan(10);
    // One is under way while the others wait.
    expect(statuses(result)).toEqual(Array(MOST_PIPELINED + 1).fill('200'));
    expect(result.match(/^Connection: close/gim)).toHaveLength(1);
    expect(result.lastIndexOf('Connection: close')).toBeGreaterThan(result.lastIndexOf('HTTP/1.1 200'));
  });

  it('come from many connections at once, and none of these keeps the others waiting', async () => {
    const sockets = await Promise.all(Array.from({ length: 100 }, connected));
    await isAlive();
    const text = asked('/users/login') + asked('/users/login', 'Connection: close\r\n');
    const { result, isFine } = await whileOthersAsk(
      Promise.all(sockets.map((socket) => answersTo(text, socket))),
    );
    expect(isFine).toBe(true);
    expect(result.map(statuses)).toEqual(Array(100).fill(['200', '200']));
  });

  it('bring a session each, and none of these keeps the others waiting', async () => {
    const { cookie } = await victim(app, 'many-tabs');
    const sockets = await Promise.all(Array.from({ length: 100 }, connected));
    await isAlive();
    const text = asked('/users/welcome', `Cookie: ${cookie}\r\nConnection: close\r\n`);
    const { result, isFine } = await whileOthersAsk(
      Promise.all(sockets.map((socket) => answersTo(text, socket))),
    );
    expect(isFine).toBe(true);
    expect(result.map(statuses)).toEqual(Array(100).fill(['200']));
  });

  it('are answered in their order, whichever takes longest', async () => {
    const paths = ['/users/login', '/health/live', '/nowhere', '/assets/latchkey.css', '/api/v1/auth/me'];
    const text = paths.map((path) => asked(path)).join('') + asked('/users/signup', 'Connection: close\r\n');
    expect(statuses(await answersTo(text))).toEqual(['200', '200', '404', '200', '401', '200']);
  });

  it('go on as long as no more wait than may', async () => {
    const socket = connect(app.port, '127.0.0.1');
    let received = '';
    socket.on('data', (part: Buffer) => (received += part.toString()));
    for (let round = 1; round <= 3; round += 1) {
      socket.write(asked('/health/live').repeat(MOST_PIPELINED - 1));
      while (statuses(received).length < round * (MOST_PIPELINED - 1)) await delay(5);
    }
    expect(received).not.toMatch(/^Connection: close/im);
    socket.destroy();
  });

  it('are forgotten when the client hangs up', async () => {
    const socket = connect(app.port, '127.0.0.1');
    socket.write(asked('/users/login').repeat(MOST_PIPELINED));
    await once(socket, 'data');
    socket.destroy();
    await delay(50);
    await isAlive();
  });
});
