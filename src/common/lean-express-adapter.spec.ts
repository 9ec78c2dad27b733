import { once } from 'node:events';
import { connect, type AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import type { Express, Request, Response } from 'express';
import express from 'express';
import request from 'supertest';
import { LeanExpressAdapter } from './lean-express-adapter';

type Handle = (request: Request, response: Response) => unknown;

function serving(handle: Handle, prepare: (app: Express) => void = (app) => app.set('etag', false)) {
  const app = express();
  prepare(app);
  app.use(handle);
  const adapter = new LeanExpressAdapter(app);
  adapter.initHttpServer({ forceCloseConnections: true });
  return { app, adapter, server: adapter.getHttpServer() };
}

describe('The lean Express adapter', () => {
  it('makes requests and responses that Express has nothing to change about', async () => {
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

  it('ends what is open when Nest is to force it', async () => {
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

describe('A text that is sent', () => {
  const TEXT = 'Grüße, “Ada”';

  /** What Express makes of it, and what the lean adapter does. */
  async function both(
    handle: Handle,
    ask: (server: unknown) => request.Test,
    prepare?: (app: Express) => void,
  ) {
    const plain = express();
    (prepare ?? ((app: Express) => app.set('etag', false)))(plain);
    plain.use(handle);
    const answers = await Promise.all([ask(plain), ask(serving(handle, prepare).server)]);
    return answers.map(({ status, text: body, headers }) => {
      const { date: _, ...kept } = headers as Record<string, string>;
      return { status, body, headers: kept };
    });
  }
  const get = (server: unknown) => request(server as Express).get('/');

  it.each<[string, Handle, ((server: unknown) => request.Test)?, ((app: Express) => void)?]>([
    ['as a page', (_, answer) => answer.send(TEXT)],
    ['with a type', (_, answer) => answer.type('text/plain').send(TEXT)],
    [
      'with another charset',
      (_, answer) => answer.set('Content-Type', 'text/plain; charset=latin1').send(TEXT),
    ],
    ['as JSON', (_, answer) => answer.json({ text: TEXT })],
    ['as problem+json', (_, answer) => answer.type('application/problem+json').send('{}')],
    ['as bytes', (_, answer) => answer.send(Buffer.from(TEXT))],
    ['as nothing', (_, answer) => answer.send()],
    ['as an error', (_, answer) => answer.status(404).send(TEXT)],
    ['without content', (_, answer) => answer.status(204).send(TEXT)],
    ['to reset a form', (_, answer) => answer.status(205).send(TEXT)],
    ['to HEAD', (_, answer) => answer.send(TEXT), (server) => request(server as Express).head('/')],
    [
      'to who has it already',
      (_, answer) => answer.set('ETag', '"1"').send(TEXT),
      (server) => get(server).set('If-None-Match', '"1"'),
    ],
    [
      'to who has what is not older',
      (_, answer) => answer.set('Last-Modified', 'Sat, 01 Jan 2000 00:00:00 GMT').send(TEXT),
      (server) => get(server).set('If-Modified-Since', 'Sun, 02 Jan 2000 00:00:00 GMT'),
    ],
    ['with ETags', (_, answer) => answer.send(TEXT), get, () => undefined],
  ])('%s, is what Express sends', async (_, handle, ask = get, prepare) => {
    const [expected, sent] = await both(handle, ask, prepare);
    expect(sent).toEqual(expected);
  });
});
