import { AsyncLocalStorage } from 'node:async_hooks';
import { once } from 'node:events';
import type { IncomingMessage, Server } from 'node:http';
import { type AddressInfo, connect } from 'node:net';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { Controller, Get, Module } from '@nestjs/common';
import { Public } from '../../src/access/decorators';
import { eventually } from '../support/eventually';
import { applicationWith, TestApp } from '../support/app';

const trace = new AsyncLocalStorage<unknown>();

@Controller('trace')
class TraceController {
  @Get()
  @Public()
  async trace() {
    const before = trace.getStore();
    await Promise.resolve();
    return [before, trace.getStore()];
  }
}

@Module({ controllers: [TraceController] })
class TraceModule {}

describe('Concurrent requests', () => {
  let app: TestApp;
  let server: Server;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(TraceModule));
    server = app.app.getHttpServer();
    // Like tracing tools.
    server.prependListener('request', ({ headers }: IncomingMessage) => trace.enterWith(headers['x-trace']));
  });
  afterAll(() => app.close());

  it('keep their own async context', async () => {
    const names = Array.from({ length: 40 }, (_, index) => `trace ${index}`);
    const { port } = server.address() as AddressInfo;
    const sockets = names.map(() => connect(port, '127.0.0.1'));
    await Promise.all(sockets.map((socket) => once(socket, 'connect')));
    await eventually(
      () => promisify<number>((done) => server.getConnections(done))(),
      (accepted) => accepted === names.length,
    );
    // All at once, so that the server reads many of them in one turn.
    for (const [index, socket] of sockets.entries())
      socket.write(
        `GET /trace HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX-Trace: ${names[index]}\r\n\r\n`,
      );
    const answers = await Promise.all(sockets.map((socket) => text(socket)));
    const bodies = answers.map((answer) => JSON.parse(answer.split('\r\n\r\n')[1]) as unknown);
    expect(bodies).toEqual(names.map((name) => [name, name]));
  });
});
