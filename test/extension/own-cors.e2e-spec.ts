import { Controller, Get, Module } from '@nestjs/common';
import type { CorsOptions } from '@nestjs/common/interfaces/external/cors-options.interface';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { LatchkeyModule, Public } from '../../src/index';

const LISTED = 'http://localhost:5173';
const UNLISTED = 'https://partner.example';

@Controller('prices')
@Public()
class PricesController {
  @Get()
  list(): number[] {
    return [100];
  }
}

const OWN: [string, CorsOptions | undefined][] = [
  ['for everyone', undefined],
  ['for everyone with cookies', { origin: true, credentials: true, allowedHeaders: ['X-Tenant'] }],
];

describe.each(OWN)("An application's own enableCors(), %s,", (_, options) => {
  let dataDir: string;
  let app: NestExpressApplication;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-cors-'));
    @Module({
      imports: [LatchkeyModule.forRoot({ dataDir, origins: [LISTED], throttle: false })],
      controllers: [PricesController],
    })
    class Company {}
    app = await NestFactory.create<NestExpressApplication>(Company, { logger: false, abortOnError: false });
    app.enableCors(options);
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const get = (path: string, origin: string) =>
    request(app.getHttpServer())
      .get(path)
      .set('Origin', origin)
      .expect(path === '/prices' ? 200 : 401);
  const preflight = (path: string, origin: string) =>
    request(app.getHttpServer())
      .options(path)
      .set({ Origin: origin, 'Access-Control-Request-Method': 'POST' })
      .expect(204);

  it.each(['/prices', '/api/v1/auth/me'])(
    'neither doubles nor weakens what a listed origin gets at %s',
    async (path) => {
      for (const { headers } of [await get(path, LISTED), await preflight(path, LISTED)]) {
        expect(headers).toMatchObject({
          'access-control-allow-origin': LISTED,
          'access-control-allow-credentials': 'true',
        });
        expect(headers.vary.match(/Origin/g)).toHaveLength(1);
      }
    },
  );

  it("does not open Latchkey's API to an origin that is not listed", async () => {
    const path = '/api/v1/auth/me';
    for (const { headers } of [await get(path, UNLISTED), await preflight(path, UNLISTED)])
      expect(Object.keys(headers).filter((name) => /allow-(origin|credentials)$/.test(name))).toEqual([]);
  });

  it('still decides about its own routes', async () => {
    const expected = options ? UNLISTED : '*';
    for (const { headers } of [await get('/prices', UNLISTED), await preflight('/prices', UNLISTED)])
      expect(headers['access-control-allow-origin']).toBe(expected);
  });
});
