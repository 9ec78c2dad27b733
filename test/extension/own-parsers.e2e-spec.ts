import {
  Body,
  Controller,
  type DynamicModule,
  Module,
  Post,
  UploadedFile,
  UseInterceptors,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FileInterceptor, type NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { LatchkeyModule, Public, useLatchkeyViews } from '../../src/index';
import { PASSWORD } from '../support/app';

const ORIGIN = 'http://localhost:3000';
const LOGIN = '/api/v1/auth/login';

@Controller('api')
class CompanyController {
  private calls = 0;

  @Public()
  @Post('hook')
  hook(@Body() body: unknown): object {
    return { length: Buffer.isBuffer(body) || typeof body === 'string' ? body.length : body };
  }

  @Public()
  @Post('uploads')
  @UseInterceptors(FileInterceptor('file'))
  upload(@UploadedFile() file: { size: number }): object {
    return { size: file.size, call: (this.calls += 1) };
  }
}

describe('With the parsers of an application', () => {
  let dataDir: string;
  let app: NestExpressApplication | undefined;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-parsers-'));
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await rm(dataDir, { recursive: true, force: true });
  });

  const latchkey = (options: object = {}) =>
    LatchkeyModule.forRoot({ dataDir, baseUrl: ORIGIN, passwords: { cost: 4 }, throttle: false, ...options });

  async function start(...imports: DynamicModule[]): Promise<NestExpressApplication> {
    @Module({ imports, controllers: [CompanyController] })
    class Company {}
    app = await NestFactory.create<NestExpressApplication>(Company, { logger: false, abortOnError: false });
    app.useBodyParser('text');
    app.useBodyParser('raw', { limit: '20mb' });
    return app;
  }

  async function listening(options: object = {}) {
    const started = await start(latchkey(options));
    useLatchkeyViews(started);
    await started.init();
    return (path: string, type: string) =>
      request(started.getHttpServer()).post(path).set('Origin', ORIGIN).set('Content-Type', type);
  }

  it('texts and bytes reach its routes', async () => {
    const post = await listening();
    await post('/api/hook', 'text/plain').send('hello').expect(201, { length: 5 });
    const began = performance.now();
    const bytes = Buffer.alloc(8_000_000);
    await post('/api/hook', 'application/octet-stream').send(bytes).expect(201, { length: bytes.length });
    expect(performance.now() - began).toBeLessThan(1_000); // enumerating its bytes took three seconds
  });

  it.each([
    ['text/plain', 'hello'],
    ['application/octet-stream', 'hello'],
    ['application/x-www-form-urlencoded', `username=ada&password=${PASSWORD}`],
  ])('%s is refused by the API of Latchkey', async (type, body) => {
    const post = await listening();
    const { body: problem } = await post(LOGIN, type).send(body).expect(415);
    expect(problem).toMatchObject({ detail: 'The API takes application/json.' });
  });

  it.each([
    ['deep lists', '['.repeat(20_000) + ']'.repeat(20_000), 400],
    ['deep objects', '{"a":'.repeat(15_000) + '1' + '}'.repeat(15_000), 400],
    ['many items', `[${'1,'.repeat(40_000)}1]`, 400],
    ['a name that reaches the prototype', '{"__proto__":{"a":1}}', 400],
  ])('%s are refused by the API of Latchkey', async (_, value, status) => {
    const post = await listening();
    const body = `{"username":${value},"password":"x"}`;
    await post(LOGIN, 'application/json').send(body).expect(status);
    const key = { 'Idempotency-Key': 'a key of this request'.replaceAll(' ', '-') };
    await post(LOGIN, 'application/json').set(key).send(body).expect(status);
  });

  it('a key does not repeat the answer to another upload', async () => {
    const post = await listening();
    const upload = (content: string) =>
      post('/api/uploads', 'multipart/form-data; boundary=x')
        .set('Idempotency-Key', 'one-key-for-two-files')
        .send(
          `--x\r\nContent-Disposition: form-data; name="file"; filename="a"\r\n\r\n${content}\r\n--x--\r\n`,
        );
    await upload('one').expect(201, { size: 3, call: 1 });
    await upload('another').expect(201, { size: 7, call: 2 });
  });
});
