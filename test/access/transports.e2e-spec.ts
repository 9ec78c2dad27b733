import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { ApolloDriver, type ApolloDriverConfig } from '@nestjs/apollo';
import {
  type CanActivate,
  Controller,
  type ExecutionContext,
  Injectable,
  Module,
  NotFoundException,
  type Type,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { APP_GUARD, Reflector } from '@nestjs/core';
import { Args, GraphQLModule, Int, Mutation, Query, Resolver } from '@nestjs/graphql';
import {
  type ClientProxy,
  ClientProxyFactory,
  Ctx,
  MessagePattern,
  Payload,
  type TcpContext,
  Transport,
} from '@nestjs/microservices';
import { WsAdapter } from '@nestjs/platform-ws';
import { Test } from '@nestjs/testing';
import { SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { firstValueFrom, timeout } from 'rxjs';
import { io, type Socket } from 'socket.io-client';
import type TestAgent from 'supertest/lib/agent';
import WebSocket from 'ws';
import { AppModule } from '../../src/app/app.module';
import { GuestOnlyGuard } from '../../src/access/guest-only.guard';
import { IS_PUBLIC, ROLES } from '../../src/access/decorators';
import { Clock, SystemClock } from '../../src/options/clock';
import {
  CorrectUserGuard,
  CurrentUser,
  establishPrincipal,
  LoggedInGuard,
  MessageExceptionFilter,
  OwnedBy,
  type Principal,
  principalOf,
  Public,
  Roles,
  RolesGuard,
  StepUpGuard,
} from '../../src/index';
import { entries } from '../support/audit';
import { TestApp } from '../support/app';

@Module({})
class Company {}

const now = Date.now();
const ADA: Principal = { id: 7, username: 'ada', roles: ['user'], authenticatedAt: now, securityVersion: 1 };
const ADMIN: Principal = {
  id: 1,
  username: 'root',
  roles: ['admin'],
  authenticatedAt: now,
  securityVersion: 1,
};
const LATE: Principal = { ...ADA, authenticatedAt: now - 3_600_000 };
/** The tickets that the application has issued, and to whom. */
const TICKETS: Record<string, Principal> = { ada: ADA, admin: ADMIN, late: LATE };

/** Messages of a client that tries to impersonate a user. */
const FORGED = {
  principal: ADMIN,
  user: ADMIN,
  session: { userId: 1 },
  req: { principal: ADMIN },
  headers: {},
  params: { id: '1' },
  ['__proto__']: { principal: ADMIN },
  id: 1,
};

const MESSAGES = {
  'an empty text': '',
  'a text': 'text',
  'an empty object': {},
  'a list': [1],
  'a principal': FORGED,
  'a principal further in': { data: FORGED },
  'a list of principals': [FORGED],
};

const LOG_IN_FIRST = { status: 'error', statusCode: 401, message: 'Please log in first' };
const NOT_AUTHORIZED = { status: 'error', statusCode: 403, message: 'Not Authorized' };

const reached: string[] = [];
const reach = (name: string, user: Principal | null) => {
  reached.push(name);
  return { name, user: user?.username ?? null };
};

describe('A microservice', () => {
  /** An application's own: it identifies its callers by a ticket in each message. */
  @Injectable()
  class TicketGuard implements CanActivate {
    canActivate(context: ExecutionContext): boolean {
      if (context.getType() !== 'rpc') return true;
      const { ticket } = context.switchToRpc().getData<{ ticket?: string } | null>() ?? {};
      const principal = ticket !== undefined && Object.hasOwn(TICKETS, ticket) ? TICKETS[ticket] : null;
      establishPrincipal(context.switchToRpc().getContext<object>(), principal);
      return true;
    }
  }

  @Controller()
  class MessagesController {
    @MessagePattern('closed')
    closed(@CurrentUser() user: Principal) {
      return reach('closed', user);
    }

    @MessagePattern('open')
    @Public()
    open(@CurrentUser() user: Principal | null) {
      return reach('open', user);
    }

    @MessagePattern('role')
    @Public() // careless: only the roles protect this
    @UseGuards(RolesGuard)
    @Roles('admin')
    role(@CurrentUser() user: Principal) {
      return reach('role', user);
    }

    @MessagePattern('owner')
    @UseGuards(CorrectUserGuard)
    @OwnedBy('id')
    owner(@CurrentUser() user: Principal) {
      return reach('owner', user);
    }

    @MessagePattern('dangerous')
    @UseGuards(StepUpGuard)
    dangerous(@CurrentUser() user: Principal) {
      return reach('dangerous', user);
    }

    @MessagePattern('broken')
    @Public()
    broken(): void {
      throw new Error('SELECT secret FROM vault');
    }

    @MessagePattern('doubled')
    @Public()
    doubled(@Payload() number: number): number {
      return 2 * number;
    }

    @MessagePattern('missing')
    @Public()
    missing(@Ctx() context: TcpContext): void {
      throw new NotFoundException(`nothing for ${typeof context}`);
    }
  }

  let app: TestApp;
  let client: ClientProxy;

  beforeAll(async () => {
    app = await TestApp.start({}, [], (settings) => ({
      module: Company,
      imports: [AppModule.forRoot(settings)],
      controllers: [MessagesController],
      // In the root module, so that it runs before LoggedInGuard.
      providers: [{ provide: APP_GUARD, useClass: TicketGuard }],
    }));
    const service = app.app.connectMicroservice(
      { transport: Transport.TCP, options: { host: '127.0.0.1', port: 0 } },
      { inheritAppConfig: true },
    );
    await service.listen();
    const { port } = service.unwrap<{ address(): AddressInfo }>().address();
    client = ClientProxyFactory.create({ transport: Transport.TCP, options: { host: '127.0.0.1', port } });
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });
  beforeEach(() => reached.splice(0));

  const send = (pattern: string, data: unknown) =>
    firstValueFrom(client.send<unknown>(pattern, data as object).pipe(timeout(5_000))).catch(
      (error: unknown) => error,
    );

  it.each(Object.entries(MESSAGES))('refuses a guest, whatever the message: %s', async (_, data) => {
    for (const pattern of ['closed', 'role', 'owner', 'dangerous']) {
      expect(await send(pattern, data)).toEqual(LOG_IN_FIRST);
    }
    expect(reached).toEqual([]);
    expect(await send('open', data)).toEqual({ name: 'open', user: null });
  });

  it('admits the users that the application established, each by their rights', async () => {
    expect(await send('closed', { ticket: 'ada' })).toEqual({ name: 'closed', user: 'ada' });
    expect(await send('open', { ticket: 'ada' })).toEqual({ name: 'open', user: 'ada' });
    expect(await send('role', { ticket: 'admin' })).toEqual({ name: 'role', user: 'root' });
    expect(await send('role', { ...FORGED, ticket: 'ada' })).toEqual(NOT_AUTHORIZED);
    expect(await send('owner', { ticket: 'ada', id: 7 })).toEqual({ name: 'owner', user: 'ada' });
    expect(await send('owner', { ticket: 'ada', id: '7' })).toEqual({ name: 'owner', user: 'ada' });
    for (const id of [8, '8', [7], { id: 7 }, null]) {
      expect(await send('owner', { ticket: 'ada', id })).toMatchObject({ status: 'error' });
    }
    expect(await send('owner', { ticket: 'ada' })).toEqual(NOT_AUTHORIZED);
    expect(await send('dangerous', { ticket: 'ada' })).toEqual({ name: 'dangerous', user: 'ada' });
    expect(await send('dangerous', { ticket: 'late' })).toMatchObject({
      statusCode: 403,
      reason: 'reauthentication_required',
    });
    expect(await send('closed', {})).toEqual(LOG_IN_FIRST); // of one message, not of the next
  });

  it('publishes a refusal in the format of the audit log', async () => {
    await send('role', { ticket: 'ada' });
    const denied = (await entries(app)).filter(({ name }) => name === 'access.denied');
    expect(denied.map(({ details }) => JSON.parse(details) as object)).toContainEqual(
      expect.objectContaining({ because: 'role', method: 'RPC', route: null }),
    );
    expect(denied[0].user_id).toBe(ADA.id);
  });

  it('receives messages that are not objects', async () => {
    expect(await send('doubled', 21)).toBe(42);
  });

  it('reveals only public details of its errors', async () => {
    const broken = await send('broken', {});
    expect(broken).toMatchObject({ status: 'error', statusCode: 500 });
    expect(JSON.stringify(broken)).not.toContain('vault');
    expect(await send('missing', {})).toMatchObject({ status: 'error', statusCode: 404 });
  });
});

/** The handlers of a gateway, for every socket package. */
function gatewayOf(): Type {
  @UseGuards(LoggedInGuard)
  @UseFilters(MessageExceptionFilter)
  @WebSocketGateway()
  class NotesGateway {
    @SubscribeMessage('establish')
    @Public()
    establish(client: object, ticket: string) {
      establishPrincipal(client, Object.hasOwn(TICKETS, ticket) ? TICKETS[ticket] : null);
      return { event: 'done', data: { name: 'establish', user: null } };
    }

    @SubscribeMessage('closed')
    closed(@CurrentUser() user: Principal) {
      return { event: 'done', data: reach('closed', user) };
    }

    @SubscribeMessage('open')
    @Public()
    open(@CurrentUser() user: Principal | null) {
      return { event: 'done', data: reach('open', user) };
    }

    @SubscribeMessage('role')
    @Public()
    @UseGuards(RolesGuard)
    @Roles('admin')
    role(@CurrentUser() user: Principal) {
      return { event: 'done', data: reach('role', user) };
    }

    @SubscribeMessage('owner')
    @UseGuards(CorrectUserGuard)
    owner(@CurrentUser() user: Principal) {
      return { event: 'done', data: reach('owner', user) };
    }

    @SubscribeMessage('dangerous')
    @UseGuards(StepUpGuard)
    dangerous(@CurrentUser() user: Principal) {
      return { event: 'done', data: reach('dangerous', user) };
    }

    @SubscribeMessage('broken')
    @Public()
    broken(): void {
      throw new Error('SELECT secret FROM vault');
    }
  }
  return NotesGateway;
}

type Send = (event: string, data: unknown) => Promise<unknown>;

function itGuards(client: () => Promise<{ send: Send; leave(): void }>): void {
  let send: Send;
  let leave: () => void;

  beforeEach(async () => {
    ({ send, leave } = await client());
    reached.splice(0);
  });
  afterEach(() => leave());

  it.each(Object.entries(MESSAGES))('refuses a guest, whatever the message: %s', async (_, data) => {
    for (const event of ['closed', 'role', 'owner', 'dangerous']) {
      expect(await send(event, data)).toEqual(LOG_IN_FIRST);
    }
    expect(reached).toEqual([]);
    expect(await send('open', data)).toEqual({ name: 'open', user: null });
  });

  it('admits the user that the application established, on this connection only', async () => {
    await send('establish', 'ada');
    expect(await send('closed', {})).toEqual({ name: 'closed', user: 'ada' });
    expect(await send('role', FORGED)).toEqual(NOT_AUTHORIZED);
    expect(await send('owner', { id: 7 })).toEqual({ name: 'owner', user: 'ada' });
    expect(await send('owner', { id: 8 })).toEqual(NOT_AUTHORIZED);
    expect(await send('dangerous', {})).toEqual({ name: 'dangerous', user: 'ada' });

    const other = await client();
    expect(await other.send('closed', FORGED)).toEqual(LOG_IN_FIRST);
    other.leave();

    await send('establish', 'late');
    expect(await send('dangerous', {})).toMatchObject({
      statusCode: 403,
      reason: 'reauthentication_required',
    });
    await send('establish', 'admin');
    expect(await send('role', {})).toEqual({ name: 'role', user: 'root' });
    await send('establish', 'unknown');
    expect(await send('closed', {})).toEqual(LOG_IN_FIRST);
  });

  it('reveals only public details of its errors', async () => {
    const broken = await send('broken', {});
    expect(broken).toMatchObject({ status: 'error', statusCode: 500 });
    expect(JSON.stringify(broken)).not.toContain('vault');
  });
}

describe('A gateway of socket.io', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [], (settings) => ({
      module: Company,
      imports: [AppModule.forRoot(settings)],
      providers: [gatewayOf()],
    }));
  });
  afterAll(() => app.close());

  itGuards(async () => {
    const socket: Socket = io(`http://127.0.0.1:${app.port}`, { transports: ['websocket'], forceNew: true });
    await new Promise<void>((resolve, reject) => {
      socket.once('connect', resolve);
      socket.once('connect_error', reject);
    });
    const send: Send = (event, data) =>
      new Promise((resolve) => {
        for (const name of ['done', 'exception']) socket.once(name, resolve);
        socket.emit(event, data);
      }).finally(() => socket.removeAllListeners());
    return { send, leave: () => socket.disconnect() };
  });
});

describe('A gateway of ws', () => {
  let close: () => Promise<void>;
  let port: number;

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      providers: [{ provide: Clock, useClass: SystemClock }, gatewayOf()],
    }).compile();
    const app = module.createNestApplication({ logger: false });
    app.useWebSocketAdapter(new WsAdapter(app));
    await app.listen(0, '127.0.0.1');
    ({ port } = (app.getHttpServer() as { address(): AddressInfo }).address());
    close = () => app.close();
  });
  afterAll(() => close());

  itGuards(async () => {
    const socket = new WebSocket(`ws://127.0.0.1:${port}`);
    await once(socket, 'open');
    const send: Send = async (event, data) => {
      socket.send(JSON.stringify({ event, data }));
      const [text] = (await once(socket, 'message')) as [Buffer];
      return (JSON.parse(text.toString()) as { data: unknown }).data;
    };
    return { send, leave: () => socket.close() };
  });
});

describe('A GraphQL server', () => {
  @Resolver()
  class NotesResolver {
    @Query(() => String)
    closed(@CurrentUser() user: Principal): string {
      return reach('closed', user).user!;
    }

    @Query(() => String, { nullable: true })
    @Public()
    open(@CurrentUser() user: Principal | null): string | null {
      return reach('open', user).user;
    }

    @Query(() => String)
    @Public()
    @UseGuards(RolesGuard)
    @Roles('admin')
    role(@CurrentUser() user: Principal): string {
      return reach('role', user).user!;
    }

    @Mutation(() => String)
    @UseGuards(CorrectUserGuard)
    @OwnedBy('userId')
    owner(@CurrentUser() user: Principal, @Args('userId', { type: () => Int }) _userId: number): string {
      return reach('owner', user).user!;
    }

    @Mutation(() => String)
    @UseGuards(StepUpGuard)
    dangerous(@CurrentUser() user: Principal): string {
      return reach('dangerous', user).user!;
    }

    @Query(() => String)
    @Public()
    broken(): string {
      throw new Error('SELECT secret FROM vault');
    }
  }

  let app: TestApp;
  let guest: TestAgent;

  beforeAll(async () => {
    app = await TestApp.start({}, [], (settings) => ({
      module: Company,
      imports: [
        AppModule.forRoot(settings),
        GraphQLModule.forRoot<ApolloDriverConfig>({
          driver: ApolloDriver,
          path: '/api/graphql', // under /api, where bodies are JSON
          autoSchemaFile: true,
          playground: false,
        }),
      ],
      providers: [NotesResolver],
    }));
    guest = app.agent();
    await app.signUp('ada');
  });
  afterAll(() => app.close());
  beforeEach(() => reached.splice(0));

  interface Reply {
    data?: Record<string, unknown> | null;
    errors?: { message: string; extensions: { code: string; originalError?: object } }[];
  }

  const ask = async (agent: TestAgent, query: string, more: object = {}): Promise<Reply> =>
    (await agent.post('/api/graphql').send({ query, ...more })).body as Reply;

  it('refuses a guest, whatever the request', async () => {
    const claim = { principal: ADMIN, user: ADMIN, req: { principal: ADMIN } };
    const forged = { variables: claim, extensions: claim, ...claim };
    for (const field of ['closed', 'role']) {
      for (const more of [{}, forged]) {
        const { data, errors } = await ask(guest, `{ ${field} }`, more);
        expect(data ?? null).toBeNull();
        expect(errors?.[0]).toMatchObject({
          message: 'Please log in first',
          extensions: { code: 'UNAUTHENTICATED' },
        });
      }
    }
    for (const mutation of ['owner(userId: 1)', 'dangerous']) {
      expect((await ask(guest, `mutation { ${mutation} }`)).errors?.[0].extensions.code).toBe(
        'UNAUTHENTICATED',
      );
    }
    expect(reached).toEqual([]);
    expect((await ask(guest, '{ open }')).data).toEqual({ open: null });
  });

  it('finds the user of the session', async () => {
    const agent = await app.loggedIn('ada');
    const { body } = await agent.get('/api/v1/auth/me').expect(200);
    const { id } = body as { id: number };
    expect((await ask(agent, '{ closed open }')).data).toEqual({ closed: 'ada', open: 'ada' });
    expect((await ask(agent, '{ role }')).errors?.[0]).toMatchObject({
      message: 'Not Authorized',
      extensions: { code: 'FORBIDDEN' },
    });
    expect((await ask(agent, `mutation { owner(userId: ${id}) }`)).data).toEqual({ owner: 'ada' });
    expect((await ask(agent, `mutation { owner(userId: ${id + 1}) }`)).errors?.[0].message).toBe(
      'Not Authorized',
    );
    expect((await ask(agent, 'mutation { dangerous }')).data).toEqual({ dangerous: 'ada' });
    app.clock.advance(11 * 60_000);
    expect((await ask(agent, 'mutation { dangerous }')).errors?.[0].extensions.originalError).toMatchObject({
      statusCode: 403,
      reason: 'reauthentication_required',
    });
  });

  it('refuses a mutation that another site sends', async () => {
    const agent = await app.loggedIn('ada');
    await agent
      .post('/api/graphql')
      .set('Origin', 'https://evil.example')
      .send({ query: 'mutation { dangerous }' })
      .expect(403);
    expect(reached).toEqual([]);
  });

  it('reveals only public details of its errors', async () => {
    const { errors } = await ask(guest, '{ broken }');
    expect(errors?.[0].extensions.code).toBe('INTERNAL_SERVER_ERROR');
    expect(JSON.stringify(errors)).not.toContain('vault');
  });

  it('is closed after the log-out', async () => {
    const agent = await app.loggedIn('ada');
    await agent.post('/api/v1/auth/logout').send({}).expect(204);
    expect((await ask(agent, '{ closed }')).errors?.[0].message).toBe('Please log in first');
  });
});

describe('A call of an unknown type', () => {
  const contextOf = (type: string, handler: () => unknown): ExecutionContext =>
    ({
      getType: () => type,
      getArgs: () => [FORGED, FORGED, { req: FORGED }],
      getArgByIndex: (index: number) => [FORGED, FORGED, { req: FORGED }][index],
      getHandler: () => handler,
      getClass: () => Company,
      switchToHttp: () => ({ getRequest: () => FORGED, getResponse: () => FORGED }),
      switchToRpc: () => ({ getData: () => FORGED, getContext: () => FORGED }),
      switchToWs: () => ({ getClient: () => FORGED, getData: () => FORGED }),
    }) as unknown as ExecutionContext;

  it.each(['', 'telegraf', 'HTTP', 'constructor'])(
    'is refused by every guard, also if it is public: "%s"',
    async (type) => {
      const handle = () => undefined;
      Reflect.defineMetadata(IS_PUBLIC, true, handle);
      Reflect.defineMetadata(ROLES, ['admin'], handle);
      const reflector = new Reflector();
      const guards: CanActivate[] = [
        new LoggedInGuard(reflector),
        new RolesGuard(reflector),
        new CorrectUserGuard(reflector),
        new StepUpGuard(new SystemClock()),
        new GuestOnlyGuard(),
      ];
      for (const guard of guards) {
        const call = async () => guard.canActivate(contextOf(type, handle));
        await expect(call()).rejects.toThrow('Please log in first');
      }
      expect(principalOf(contextOf(type, handle))).toBeNull();
      expect(principalOf(contextOf('graphql', handle))).toBeNull();
    },
  );
});
