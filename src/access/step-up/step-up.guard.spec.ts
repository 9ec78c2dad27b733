import { Controller, Get, UseGuards } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { NextFunction, Request, Response } from 'express';
import request from 'supertest';
import { Clock, SystemClock } from '../../options/clock';
import type { Principal } from '../principal';
import { Public } from '../decorators';
import { StepUpGuard } from './step-up.guard';

@Controller('dangerous')
@UseGuards(StepUpGuard)
class DangerousController {
  @Get()
  closed(): string {
    return 'done';
  }

  @Get('public')
  @Public()
  careless(): string {
    return 'done';
  }
}

describe('The step-up guard', () => {
  let app: NestExpressApplication;
  let principal: unknown;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [DangerousController],
      providers: [{ provide: Clock, useClass: SystemClock }],
    }).compile();
    app = module.createNestApplication<NestExpressApplication>({ logger: false });
    app.use((incoming: Request, _response: Response, next: NextFunction) => {
      incoming.principal = principal as Principal | null;
      next();
    });
    await app.init();
  });

  afterAll(() => app.close());

  const get = (path: string) => request(app.getHttpServer()).get(path);
  const since = (minutes: number) =>
    (principal = { id: 7, username: 'ada', role: 'user', authenticatedAt: Date.now() - minutes * 60_000 });

  it('let in whose password was given lately', async () => {
    since(9);
    await get('/dangerous').expect(200, 'done');
  });

  it('ask others for it', async () => {
    since(11);
    const { body } = await get('/dangerous').expect(403);
    expect(body).not.toMatchObject({ message: 'Not Authorized' });
  });

  it('ask guests to log in, on a public route either', async () => {
    principal = null;
    await get('/dangerous').expect(401);
    await get('/dangerous/public').expect(401);
  });
});
