import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { LatchkeyModule, type LatchkeyOptions, useLatchkeyViews } from '../../src/index';

describe("An application's brand", () => {
  it('is on every page: name, logo and style sheets after ours', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-brand-'));
    const brand = { appName: 'Acme', logo: '/brand/logo.svg', stylesheets: ['/brand/style.css'] };
    @Module({ imports: [LatchkeyModule.forRoot({ dataDir, throttle: false, ...brand })] })
    class Company {}
    const app = await NestFactory.create<NestExpressApplication>(Company, {
      logger: false,
      abortOnError: false,
    });
    await useLatchkeyViews(app).init();
    for (const path of ['/users/login', '/users/signup']) {
      const { text } = await request(app.getHttpServer()).get(path).set('Accept', 'text/html');
      expect(text).toMatch(/<title>[^<]* &middot; Acme<\/title>/);
      expect(text).toContain('<img src="/brand/logo.svg" alt=""');
      const sheets = [...text.matchAll(/rel="stylesheet" href="([^"]+)"/g)].map(([, href]) => href);
      expect(sheets).toEqual(['/assets/latchkey.css', '/brand/style.css']);
    }
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it.each<[LatchkeyOptions, string]>([
    [{ logo: 'logo.svg' }, 'logo may be a path on this site'],
    [{ logo: '//evil.example/logo.svg' }, 'logo may be a path on this site'],
    [{ stylesheets: ['https://cdn.example/x.css'] }, 'stylesheets may be a list of paths on this site'],
    [{ stylesheets: '/x.css' as never }, 'stylesheets may be a list of paths on this site'],
  ])('%j is refused', (options, sentence) => {
    expect(() => LatchkeyModule.forRoot(options)).toThrow(sentence);
  });
});
