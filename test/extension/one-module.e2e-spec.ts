import { type DynamicModule, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { LatchkeyModule, loadSettings, SettingsModule, useLatchkeyViews } from '../../src/index';

describe('An application of its own', () => {
  let dataDir: string;
  beforeEach(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-module-'));
  });
  afterEach(() => rm(dataDir, { recursive: true, force: true }));

  const latchkey = (options: object = {}) =>
    LatchkeyModule.forRoot({ dataDir, passwords: { cost: 4 }, throttle: false, ...options });

  function create(...imports: DynamicModule[]): Promise<NestExpressApplication> {
    @Module({ imports })
    class Company {}
    return NestFactory.create<NestExpressApplication>(Company, { logger: false, abortOnError: false });
  }

  it.each([
    ['another LatchkeyModule', () => latchkey({ guards: 'manual' })],
    ['SettingsModule', () => SettingsModule.forRoot(loadSettings({ DATA_DIR: dataDir, THROTTLE: 'off' }))],
  ])('does not start with %s beside LatchkeyModule', async (_, other) => {
    const twice = 'imported with options more than once';
    await expect(create(latchkey(), other())).rejects.toThrow(twice);
    await expect(create(other(), latchkey())).rejects.toThrow(twice);
  });

  it.each([
    [true, 200],
    [false, 404],
  ])('with apiDocs: %j, a description of its routes answers %i', async (apiDocs, status) => {
    const app = await create(latchkey({ features: { apiDocs } }));
    await useLatchkeyViews(app).init();
    await request(app.getHttpServer()).get('/api/openapi.json').expect(status);
    await app.close();
  });
});
