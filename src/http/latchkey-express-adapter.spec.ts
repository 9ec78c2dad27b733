import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Express, Request, Response } from 'express';
import express from 'express';
import request from 'supertest';
import { LatchkeyExpressAdapter } from './latchkey-express-adapter';

type Handle = (request: Request, response: Response) => unknown;

function serving(handle: Handle, prepare: (app: Express) => void = (app) => app.set('etag', false)) {
  const app = express();
  prepare(app);
  app.use(handle);
  const adapter = new LatchkeyExpressAdapter(app);
  adapter.initHttpServer({ forceCloseConnections: true });
  return { app, adapter, server: adapter.getHttpServer() };
}

describe('LatchkeyExpressAdapter', () => {
  it('creates requests and responses with the prototypes that Express would set', async () => {
    const { app, server } = serving((asked, answer) => answer.send(seen(asked, answer)));
    const seen = (asked: Request, answer: Response) =>
      String(
        Object.getPrototypeOf(asked) === app.request &&
          Object.getPrototypeOf(answer) === app.response &&
          asked.get('x-name') === 'Ada',
      );
    let born = [{}, {}];
    server.prependListener('request', (asked: object, answer: object) => {
      born = [asked, answer].map((one) => Object.getPrototypeOf(one) as object);
    });
    const answer = await request(server).get('/').set('X-Name', 'Ada').expect(200);
    expect(answer.text).toBe('true');
    expect(born[0]).toBe(app.request);
    expect(born[1]).toBe(app.response);
  });

  it('closes open connections when Nest is to force it', async () => {
    const { adapter, server } = serving(() => undefined);
    adapter.listen(0);
    await once(server, 'listening');
    const socket = connect((server.address() as AddressInfo).port);
    socket.write('GET / HTTP/1.1\r\nHost: localhost\r\n\r\n');
    await once(server, 'request');
    await adapter.close();
    expect(await text(socket)).toBe('');
  });
});
