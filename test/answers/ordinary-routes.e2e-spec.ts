import {
  type CanActivate,
  Controller,
  Get,
  Header,
  HttpCode,
  HttpException,
  type MiddlewareConsumer,
  Module,
  type NestInterceptor,
  Post,
  Redirect,
  Render,
  Req,
  UseGuards,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { NextFunction, Request, Response } from 'express';
import { FlashModule, FlashService, Public } from '../../src/index';
import { applicationWith, TestApp } from '../support/app';
import { flashes } from '../support/page';

/** Every frequent route of the application. */
const FREQUENT = ['/users/welcome', '/api/v1/auth/me', '/users/login'];

const mark = (name: string) => (_request: Request, response: Response, next: NextFunction) => {
  response.setHeader(name, 'yes');
  next();
};

class Watching implements NestInterceptor {
  intercept(...[context, next]: Parameters<NestInterceptor['intercept']>) {
    context.switchToHttp().getResponse<Response>().setHeader('X-Watched', 'yes');
    return next.handle();
  }
}

class Closed implements CanActivate {
  canActivate(): boolean {
    throw new HttpException('Not today', 451);
  }
}

@Controller('ordinary')
class OrdinaryController {
  constructor(private readonly flashService: FlashService) {}

  @Post('change')
  @Public()
  change() {
    return { changed: true };
  }

  @Get('coded')
  @Public()
  @HttpCode(203)
  @Header('X-Own', 'set')
  coded() {
    return {};
  }

  @Get('moved')
  @Public()
  @Redirect('/ordinary/coded', 307)
  moved() {
    return undefined;
  }

  @Get('closed')
  @UseGuards(Closed)
  closed() {
    return {};
  }

  @Get('private')
  mine() {
    return { secret: 1 };
  }

  @Get('broken')
  @Public()
  broken() {
    throw new Error('a bug');
  }

  @Get('flashed')
  @Public()
  @Render('users/welcome')
  flashed(@Req() request: Request) {
    this.flashService.add(request, { level: 'info', text: 'Just now' });
    return { title: 'Flashed' };
  }
}

/** For one host only: requests of other hosts are not found. */
@Controller({ path: 'hosted', host: 'admin.example.com' })
class HostedController {
  @Get('page')
  @Public()
  page() {
    return { host: 'admin' };
  }
}

@Module({
  imports: [FlashModule],
  controllers: [OrdinaryController, HostedController],
  providers: [{ provide: APP_INTERCEPTOR, useClass: Watching }],
})
class OrdinaryModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(mark('X-Company')).forRoutes('{*path}');
    consumer.apply(mark('X-Company-Here')).forRoutes(...FREQUENT);
  }
}

describe('A route', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(OrdinaryModule));
  });
  afterAll(() => app.close());

  it("runs an application's own middleware and interceptors, on every request", async () => {
    const { agent } = await app.user('grace');
    for (const [path, browser] of FREQUENT.map(
      (path, index) => [path, index < 2 ? agent : app.agent()] as const,
    )) {
      const { headers } = await browser.get(path).expect(200);
      expect(headers).toMatchObject({
        'x-company': 'yes',
        'x-company-here': 'yes',
        'x-watched': 'yes',
      });
    }
  });

  it('accepts only its own method', async () => {
    for (const method of ['get', 'put', 'delete'] as const) {
      const asked = app.agent()[method]('/ordinary/change');
      const answer = await asked.set('Accept', 'application/json').expect(405);
      expect(answer.headers.allow).toBe('POST');
    }
    await app.agent().post('/ordinary/change').set('Origin', 'https://evil.example').expect(403);
    await app.agent().post('/ordinary/change').expect(201, { changed: true });
  });

  it('responds with the status, headers and redirect of its decorators', async () => {
    const coded = await app.agent().get('/ordinary/coded').expect(203);
    expect(coded.headers['x-own']).toBe('set');
    const moved = await app.agent().get('/ordinary/moved').expect(307);
    expect(moved.headers.location).toBe('/ordinary/coded');
  });

  it('exists only at the host that its controller names', async () => {
    await app.agent().get('/hosted/page').set('Accept', 'application/json').expect(404);
    await app.agent().get('/hosted/page').set('Host', 'admin.example.com').expect(200, { host: 'admin' });
  });

  it('is closed by the global guards and by its own', async () => {
    await app.agent().get('/ordinary/private').set('Accept', 'application/json').expect(401);
    const { agent } = await app.user('ada');
    await agent.get('/ordinary/private').expect(200, { secret: 1 });
    await agent.get('/ordinary/closed').set('Accept', 'application/json').expect(451);
    const page = await app.agent().get('/users/welcome').set('Accept', 'text/html').expect(303);
    expect(page.headers.location).toBe('/users/login?next=%2Fusers%2Fwelcome');
    await agent.get('/users/login').set('Accept', 'text/html').expect(303);
  });

  it('shows a flash once, also one of the same request', async () => {
    const browser = app.agent().set('Accept', 'text/html');
    expect(flashes(await browser.get('/ordinary/flashed').expect(200))).toEqual(['Just now']);
    expect(flashes(await browser.get('/users/login').expect(200))).toEqual([]);
  });

  it('does not reveal to a client why its handler failed', async () => {
    const answer = await app.agent().get('/ordinary/broken').set('Accept', 'application/json').expect(500);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.text).not.toContain('a bug');
  });
});
