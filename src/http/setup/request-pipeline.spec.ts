import {
  Body,
  Controller,
  Injectable,
  Module,
  type NestMiddleware,
  type NestModule,
  Post,
} from '@nestjs/common';
import type { MiddlewareConsumer, Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import request from 'supertest';
import { BodyMiddleware } from '../body.middleware';
import { requestPipeline } from './request-pipeline';

@Injectable()
class UnknownStep implements NestMiddleware {
  use(): void {
    throw new Error('No module provides it, so nothing calls it');
  }
}

@Controller('api/echo')
class EchoController {
  @Post()
  echo(@Body() body: object): object {
    return body;
  }
}

async function start(steps: Type<NestMiddleware>[], options: { bodyParser: boolean }) {
  @Module({ controllers: [EchoController], providers: [BodyMiddleware] })
  class StepsModule implements NestModule {
    configure(consumer: MiddlewareConsumer): void {
      requestPipeline(consumer, steps);
    }
  }
  const app = await NestFactory.create(StepsModule, { ...options, logger: false, abortOnError: false });
  app.use((incoming: Request, _response: Response, next: NextFunction) => {
    incoming.isApi = true; // as HttpModule finds
    next();
  });
  return app.init();
}

describe('The request pipeline', () => {
  it('names a step that no module provides', async () => {
    await expect(start([UnknownStep], { bodyParser: false })).rejects.toThrow(
      'requestPipeline(): no module provides UnknownStep.',
    );
  });

  it.each([{ bodyParser: false }, { bodyParser: true }])(
    'hands on JSON, and refuses names that reach the prototype, with %j',
    async ({ bodyParser }) => {
      const app = await start([BodyMiddleware], { bodyParser });
      const post = (body: string) => request(app.getHttpServer()).post('/api/echo').type('json').send(body);
      await post('{"a":1}').expect(201, { a: 1 });
      await post('{"__proto__":{}}').expect(400);
      await app.close();
    },
  );
});
