import {
  type CanActivate,
  Controller,
  Get,
  HttpException,
  Injectable,
  Module,
  type NestInterceptor,
  Query,
  Render,
  Req,
  UseGuards,
  UseInterceptors,
} from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import type { Request, Response } from 'express';
import { Public } from '../../src/access/public.decorator';
import { Direct } from '../../src/direct-routes/direct.decorator';
import { FlashModule } from '../../src/flash/flash.module';
import { FlashService } from '../../src/flash/flash-service';
import { applicationWith, TestApp } from '../support/app';
import { flashes } from '../support/page';

@Injectable()
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

@Controller('direct')
class DirectController {
  constructor(private readonly flashService: FlashService) {}

  @Get('values')
  @Direct()
  @Public()
  values(@Req() { route, query }: Request) {
    return { query, isDirect: !('stack' in route) };
  }

  @Get('closed')
  @Direct()
  @UseGuards(new Closed())
  closed() {
    return {};
  }

  @Get('private')
  @Direct()
  mine() {
    return { secret: 1 };
  }

  @Get('broken')
  @Direct()
  @Public()
  broken() {
    throw new Error('a bug');
  }

  @Get('flashed')
  @Direct()
  @Public()
  @Render('users/welcome')
  flashed(@Req() request: Request) {
    this.flashService.add(request, { level: 'info', text: 'Just now' });
    return { title: 'Flashed' };
  }
}

@Module({ imports: [FlashModule], controllers: [DirectController] })
class DirectModule {}

@Module({ providers: [{ provide: APP_INTERCEPTOR, useClass: Watching }] })
class WatchingModule {}

describe('A direct route', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(DirectModule));
  });
  afterAll(() => app.close());

  it('is answered without the router where its address is all that is asked for', async () => {
    await app.agent().get('/direct/values').expect(200, { query: {}, isDirect: true });
    await app
      .agent()
      .get('/direct/values?a=1')
      .expect(200, { query: { a: '1' }, isDirect: false });
    await app.agent().head('/direct/values').expect(200);
  });

  it('goes the usual way where another global interceptor has to see it', async () => {
    const watched = await TestApp.start({}, [], applicationWith(DirectModule, WatchingModule));
    try {
      const answer = await watched.agent().get('/direct/values').expect(200, { query: {}, isDirect: false });
      expect(answer.headers['x-watched']).toBe('yes');
    } finally {
      await watched.close();
    }
  });

  it('is as closed as any other: by global guards, and by its own', async () => {
    await app.agent().get('/direct/private').set('Accept', 'application/json').expect(401);
    const { agent } = await app.user('ada');
    await agent.get('/direct/private').expect(200, { secret: 1 });
    await agent.get('/direct/closed').set('Accept', 'application/json').expect(451);
    const page = await app.agent().get('/users/welcome').expect(303);
    expect(page.headers.location).toBe('/users/login?next=%2Fusers%2Fwelcome');
    await agent.get('/users/login').expect(303);
  });

  it('shows flashes once, also one of the very request', async () => {
    const browser = app.agent();
    expect(flashes(await browser.get('/direct/flashed').expect(200))).toEqual(['Just now']);
    expect(flashes(await browser.get('/users/login').expect(200))).toEqual([]);
  });

  it('fails as any other, without telling why', async () => {
    const answer = await app.agent().get('/direct/broken').set('Accept', 'application/json').expect(500);
    expect(answer.type).toBe('application/problem+json');
    expect(answer.text).not.toContain('a bug');
  });

  it('answers no other method than its own', async () => {
    const answer = await app.agent().put('/direct/values').set('Accept', 'application/json').expect(405);
    expect(answer.headers.allow).toBe('GET');
  });

  const watched = UseInterceptors(Watching);
  const guarded = UseGuards(Closed);
  it.each([
    ['an interceptor', watched],
    ['a guard that is given as a class', guarded],
  ])('does not start with %s of its own, which would not act', async (_, decorate) => {
    @Controller('wrong')
    class WrongController {
      @Get('one')
      @Direct()
      @decorate
      one() {
        return {};
      }
    }
    @Module({ controllers: [WrongController] })
    class WrongModule {}
    await expect(TestApp.start({}, [], applicationWith(WrongModule))).rejects.toThrow(
      '/wrong/one is @Direct()',
    );
  });

  it('does not start with a parameter that it would not be given', async () => {
    @Controller('wrong')
    class WrongController {
      @Get('two')
      @Direct()
      two(@Query('page') page: string) {
        return { page };
      }
    }
    @Module({ controllers: [WrongController] })
    class WrongModule {}
    await expect(TestApp.start({}, [], applicationWith(WrongModule))).rejects.toThrow(
      '/wrong/two is @Direct() and takes more than the request and the response',
    );
  });
});
