import {
  type ArgumentsHost,
  Body,
  Catch,
  Controller,
  type ExceptionFilter,
  Get,
  Module,
  Post,
  UseGuards,
} from '@nestjs/common';
import { APP_FILTER } from '@nestjs/core';
import type { Response } from 'express';
import { IsInt } from 'class-validator';
import {
  CurrentUser,
  LatchkeyModule,
  type LatchkeyStructure,
  LoggedInGuard,
  type Principal,
  SettingsError,
} from '../../src/index';
import { TestApp } from '../support/app';

class OutOfStock extends Error {}

@Catch(OutOfStock)
class OutOfStockFilter implements ExceptionFilter {
  catch(_: OutOfStock, host: ArgumentsHost): void {
    host.switchToHttp().getResponse<Response>().status(410).json({ stock: 0 });
  }
}

class OrderInput {
  @IsInt()
  amount!: number;
}

@Controller('orders')
class OrdersController {
  @Get()
  @UseGuards(LoggedInGuard)
  own(@CurrentUser() { username }: Principal): object {
    return { username };
  }

  @Get('price')
  price(@CurrentUser() principal: Principal | null): object {
    return { price: 1, username: principal?.username ?? null };
  }

  @Get('broken')
  broken(): never {
    throw new OutOfStock();
  }

  @Get('unknown')
  unknown(): never {
    throw new Error('A secret of the company');
  }

  @Post()
  order(@Body() order: OrderInput): object {
    return order;
  }
}

@Module({
  controllers: [OrdersController],
  providers: [{ provide: APP_FILTER, useClass: OutOfStockFilter }],
})
class OrdersModule {}

/** The application is the root, so that its filter is registered before Latchkey's. */
const started = (structure: LatchkeyStructure, environment: Record<string, string> = {}) =>
  TestApp.start(environment, [], (settings) => ({
    module: OrdersModule,
    imports: [LatchkeyModule.fromEnvironment({ settings, ...structure })],
  }));

describe('On routes of an application, LatchkeyModule', () => {
  let app: TestApp;
  beforeAll(async () => {
    app = await started({});
  });
  afterAll(() => app.close());

  it('closes each of them to guests, and says so as on its own', async () => {
    const api = await app.agent().get('/orders').set('Accept', 'application/json').expect(401);
    expect(api.type).toBe('application/problem+json');
    await app.agent().get('/orders').expect(303).expect('Location', '/users/login?next=%2Forders');
    const { agent } = await app.user('ada');
    await agent.get('/orders').expect(200, { username: 'ada' });
  });

  it("leaves its errors to its filters and to Nest's", async () => {
    const { agent } = await app.user('grace');
    await agent.get('/orders/broken').expect(410, { stock: 0 });
    await agent.get('/orders/unknown').expect(500, { statusCode: 500, message: 'Internal server error' });
    const missing = await agent.get('/nothing').set('Accept', 'application/json').expect(404);
    expect(missing.body).toMatchObject({ statusCode: 404, error: 'Not Found' });
  });

  it('leaves its input alone, and validates only its own', async () => {
    const { agent } = await app.user('alan');
    await agent
      .post('/orders')
      .type('form')
      .send({ amount: 'many', more: 1 })
      .expect(201, { amount: 'many', more: '1' });
    const own = await agent.post('/api/v1/auth/password-reset').send({ email: 1 }).expect(422);
    expect(own.type).toBe('application/problem+json');
  });

  it('refuses what another site sends', async () => {
    const { agent } = await app.user('linus');
    await agent
      .post('/orders')
      .set('Origin', 'https://evil.example')
      .type('form')
      .send({ amount: 1 })
      .expect(403);
  });
});

describe('With the option', () => {
  let app: TestApp;
  afterEach(() => app.close());

  it("guards: 'manual', they are open unless a guard closes them, and Latchkey's own stay closed", async () => {
    app = await started({ guards: 'manual' });
    await app.agent().get('/orders/price').expect(200, { price: 1, username: null });
    await app.agent().get('/orders').set('Accept', 'application/json').expect(401);
    await app.agent().get('/api/v1/auth/sessions').expect(401);
    const { agent } = await app.user('ada');
    await agent.get('/orders/price').expect(200, { price: 1, username: 'ada' });
  });

  it("errors: 'global', they are validated and answered as Latchkey's own", async () => {
    app = await started({ errors: 'global' });
    const { agent } = await app.user('ada');
    await agent
      .post('/orders')
      .type('form')
      .send({ amount: 'many' })
      .set('Accept', 'application/json')
      .expect(422);
    const unknown = await agent.get('/orders/unknown').set('Accept', 'application/json').expect(500);
    expect(unknown.type).toBe('application/problem+json');
    expect(unknown.text).not.toContain('secret');
  });

  it('features, a feature that is off has no routes', async () => {
    app = await started({ features: { account: false, health: false, apiDocs: false } });
    const { agent } = await app.user('ada');
    for (const path of ['/account', '/health/live', '/api/docs', '/api/v1/auth/sessions'])
      await agent.get(path).set('Accept', 'application/json').expect(404);
    const { text } = await agent.get('/users/welcome').expect(200);
    expect(text).not.toMatch(/href="\/(account|api\/docs)/);
  });

  it('APP_NAME, pages have its name, and passwords may not contain it', async () => {
    app = await started({}, { APP_NAME: 'Ledger' });
    const { text } = await app.agent().get('/users/login').expect(200);
    expect(text).toContain('&middot; Ledger</title>');
    expect(text).not.toContain('Latchkey');
    const account = { username: 'ada', password: 'nothing but ledger here' };
    await app.agent().post('/api/v1/auth/signup').send(account).expect(422);
  });
});

it('With pages: false, they cannot be turned on', async () => {
  await expect(started({ pages: false })).rejects.toThrow('the option `pages` is false');
});

describe('LatchkeyModule names a wrong option', () => {
  it.each([
    [
      () => LatchkeyModule.forRoot({ session: { idelTimeout: 1 } } as never),
      'session.idelTimeout is not an option',
    ],
    [() => LatchkeyModule.forRoot({ feature: {} } as never), 'feature is not an option'],
    [
      () => LatchkeyModule.forRoot({ features: { audits: false } } as never),
      'features.audits is not an option',
    ],
    [
      () => LatchkeyModule.forRoot({ features: { audit: false } }),
      'features.audit may be false only if features.account is too',
    ],
    [
      () => LatchkeyModule.forRoot({ features: { health: 'false' } } as never),
      'features.health may be true or false',
    ],
    [() => LatchkeyModule.fromEnvironment({ migration: [] } as never), 'migration is not an option'],
    [() => LatchkeyModule.forRoot({ guards: 'none' } as never), 'guards may be global or manual'],
    [() => LatchkeyModule.forRoot({ headers: { csq: {} } } as never), 'headers.csq is not an option'],
    [() => LatchkeyModule.forRoot({ users: { store: 'x' } } as never), 'users.store may be a class'],
    [
      () => LatchkeyModule.forRoot({ authentication: { backend: [] } } as never),
      'authentication.backend is not an option',
    ],
    [
      () => LatchkeyModule.forRoot({ authentication: true } as never),
      'authentication may be an object of options',
    ],
    ...[[], ['ldap'], 'ldap'].map((backends): [() => unknown, string] => [
      () => LatchkeyModule.forRoot({ authentication: { backends } } as never),
      'authentication.backends may be a list of one or more classes',
    ]),
    [() => LatchkeyModule.forRoot({ hooks: ['x'] } as never), 'hooks may be a list of classes'],
    [
      () => LatchkeyModule.forRootAsync({ useFactory: () => ({}), page: false } as never),
      'page is not an option',
    ],
  ])('%s', (make, problem) => {
    expect(make).toThrow(SettingsError);
    expect(make).toThrow(problem);
  });
});
