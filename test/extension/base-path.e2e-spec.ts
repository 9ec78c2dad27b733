import { Controller, Get, Module, Render, VERSION_NEUTRAL, VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { LatchkeyModule, Public, useLatchkeyViews } from '../../src/index';
import { Mailbox } from '../../src/testing/mailbox';
import { BROWSER_ACCEPT, PASSWORD } from '../support/app';
import { crawl } from '../support/crawl';
import { fieldValue, flashes, submit } from '../support/page';
import { eventually } from '../support/eventually';

const ORIGIN = 'http://localhost:3000';

@Controller()
class CompanyController {
  @Get('users')
  users() {
    return ['of the company'];
  }

  @Get('orders')
  orders() {
    return [];
  }
}

@Controller({ version: VERSION_NEUTRAL })
class HomeController {
  @Get()
  @Public()
  @Render('errors/error')
  home() {
    return { title: 'Start' };
  }
}

interface Layer {
  route?: { methods: Record<string, boolean> };
  match(path: string): boolean;
}

interface Place {
  options?: object;
  /** Runs after `useLatchkeyViews`, as well as it may run before. */
  prepare?: (app: NestExpressApplication) => unknown;
  /** In front of Latchkey's routes. */
  base: string;
  home: string;
  orders: string;
}

const PLACES: [string, Place][] = [
  [
    'a global prefix',
    { prepare: (app) => app.setGlobalPrefix('v2'), base: '/v2', home: '/v2/', orders: '/v2/orders' },
  ],
  ['basePath', { options: { basePath: '/auth' }, base: '/auth', home: '/', orders: '/orders' }],
  [
    'a global prefix, a default version and basePath below /api',
    {
      options: { basePath: '/auth' },
      prepare: (app) =>
        app.setGlobalPrefix('/api/').enableVersioning({ type: VersioningType.URI, defaultVersion: '7' }),
      base: '/api/auth',
      home: '/api/',
      orders: '/api/v7/orders',
    },
  ],
];

describe.each(PLACES)('With %s', (_, { options, prepare, base, home, orders }) => {
  let dataDir: string;
  let app: NestExpressApplication;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-base-'));
    @Module({
      imports: [LatchkeyModule.forRoot({ dataDir, passwords: { cost: 4 }, throttle: false, ...options })],
      controllers: [CompanyController, HomeController],
    })
    class Company {}
    app = await NestFactory.create<NestExpressApplication>(Company, { logger: false });
    useLatchkeyViews(app);
    prepare?.(app);
    await app.listen(0, '127.0.0.1');
  });
  afterAll(async () => {
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  /** No handler takes forms there. */
  function isNoRoute(path: string): boolean {
    const { router } = app.getHttpAdapter().getInstance() as unknown as { router: { stack: Layer[] } };
    return !router.stack.some(({ route, match }, index) => {
      const takesForms = ['post', 'patch', 'delete'].some((method) => route?.methods[method]);
      return takesForms && match.call(router.stack[index], path);
    });
  }

  const guest = (): TestAgent =>
    request.agent(app.getHttpServer()).set({ Origin: ORIGIN, Accept: BROWSER_ACCEPT }).redirects(0);

  async function user(username: string, email?: string): Promise<TestAgent> {
    const agent = guest();
    const signUp = submit(agent, `${base}/users/signup`, { username, password: PASSWORD, email });
    await signUp.expect(303).expect('Location', `${base}/users/login`);
    const logIn = submit(agent, `${base}/users/login`, { username, password: PASSWORD });
    await logIn.expect(303).expect('Location', `${base}/users/welcome`);
    return agent;
  }

  it('every link, form, style and script of the pages leads to a route, for guests and users', async () => {
    const ofGuest = await crawl(guest(), `${base}/users/login`);
    expect(ofGuest.broken).toEqual([]);
    expect(ofGuest.forms.filter(isNoRoute)).toEqual([]);
    expect(ofGuest.visited).toContain(`${base}/users/signup`);
    expect(ofGuest.visited).toContain(`${base}/assets/latchkey.css`);
    const ofUser = await crawl(await user('ada-crawls'), `${base}/account`);
    expect(ofUser.broken).toEqual([]);
    expect(ofUser.forms).toContain(`${base}/users/logout`);
    expect(ofUser.forms.filter(isNoRoute)).toEqual([]);
    expect(ofUser.visited).toEqual(
      expect.arrayContaining([
        home,
        `${base}/account/email`,
        `${base}/users/1/edit`,
        `${base}/api/openapi.json`,
      ]),
    );
  });

  it('signs up, logs in and out by forms, and shows each flash', async () => {
    const ada = await user('ada');
    expect(flashes(await ada.get(`${base}/users/welcome`))).toEqual(
      expect.arrayContaining([expect.stringContaining('successfully logged in')]),
    );
    const logOut = submit(ada, `${base}/users/logout`);
    await logOut.expect(303).expect('Location', `${base}/users/login`);
    expect(flashes(await ada.get(`${base}/users/login`))).toEqual(['You have been signed out.']);
  });

  it('sends a guest to the log-in and back, but never to the log-out', async () => {
    const agent = guest();
    const next = encodeURIComponent(`${base}/account`);
    const login = `${base}/users/login?next=${next}`;
    await agent.get(`${base}/account`).expect(303).expect('Location', login);
    await user('ada-returns');
    expect(fieldValue(await agent.get(login), 'next')).toBe(`${base}/account`);
    const fields = { username: 'ada-returns', password: PASSWORD, next: `${base}/account` };
    await submit(agent, `${base}/users/login`, fields).expect(303).expect('Location', `${base}/account`);

    const unsafe = await guest().get(
      `${base}/users/login?next=${encodeURIComponent(`${base}/users/logout`)}`,
    );
    expect(fieldValue(unsafe, 'next')).toBeUndefined();
  });

  it("sends a guest from the application's own page to the log-in, and answers its API by a problem", async () => {
    const answer = await guest().get(orders);
    const login = `${base}/users/login?next=${encodeURIComponent(orders)}`;
    const isApi = orders.startsWith('/api/');
    expect([answer.status, answer.headers.location]).toEqual(isApi ? [401, undefined] : [303, login]);
  });

  it('answers the API in JSON, and pages below a prefix named api as pages', async () => {
    const { body } = await guest()
      .get(`${base}/api/v1/auth/me`)
      .expect(401)
      .expect('Content-Type', /problem/);
    expect(body.instance).toBe(`${base}/api/v1/auth/me`);
    const credentials = { username: 'ada-api', password: PASSWORD };
    await guest().post(`${base}/api/v1/auth/signup`).send(credentials).expect(201);
    await submit(guest(), `${base}/users/login`, { username: 'nobody', password: 'x' })
      .expect(401)
      .expect('Content-Type', /html/);
    const { body: document } = await guest().get(`${base}/api/openapi.json`).expect(200);
    expect(Object.keys(document.paths)).toContain(`${base}/api/v1/auth/login`);
  });

  it('mails a link that opens the form for a new password', async () => {
    await user('ada-forgets', 'ada@example.com');
    const asked = submit(guest(), `${base}/users/password-reset`, { email: 'ada@example.com' });
    await asked.expect(303).expect('Location', `${base}/users/login`);
    const mailbox = new Mailbox(dataDir);
    const links = async () => (await mailbox.mails('ada@example.com')).flatMap((mail) => mail.links);
    const ours = `${ORIGIN}${base}/users/password-reset/`;
    const found = await eventually(links, (all) => all.some((link) => link.startsWith(ours)));
    const link = found.find((one) => one.startsWith(ours))!;
    const agent = guest();
    const opened = agent.get(link.slice(ORIGIN.length)).expect(303);
    await opened.expect('Location', `${base}/users/password-reset/password`);
    await agent.get(`${base}/users/password-reset/password`).expect(200);
  });

  it('deletes an account and leads to the start page of the application', async () => {
    const ada = await user('ada-leaves');
    const deletion = submit(ada, `${base}/account/delete`, { currentPassword: PASSWORD });
    await deletion.expect(303).expect('Location', home);
  });

  it('answers health checks and a wrong address', async () => {
    await guest().get(`${base}/health/live`).expect(200);
    await guest().get(`${base}/missing`).expect(404);
    await guest().get('/missing').expect(404);
  });
});

describe('basePath', () => {
  it("leaves the application's own /users and the well-known addresses where they are", async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-base-'));
    @Module({
      imports: [
        LatchkeyModule.forRoot({ dataDir, passwords: { cost: 4 }, basePath: '/auth', guards: 'manual' }),
      ],
      controllers: [CompanyController],
    })
    class Company {}
    const app = await NestFactory.create<NestExpressApplication>(Company, { logger: false });
    await useLatchkeyViews(app).init();
    const agent = request(app.getHttpServer());
    await agent.get('/users').expect(200, ['of the company']);
    await agent.get('/users/login').expect(404);
    await agent.get('/.well-known/security.txt').expect(200);
    await agent.get('/.well-known/change-password').expect(303).expect('Location', '/auth/account/password');
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  it.each(['auth', '/auth/', '/:tenant', '/a b', 7])('%j is refused', (basePath) => {
    expect(() => LatchkeyModule.forRoot({ basePath: basePath as string })).toThrow(
      'basePath may be a path such as /auth, without a slash at its end',
    );
  });
});
