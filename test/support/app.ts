import { once } from 'node:events';
import type { Server } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type DynamicModule, Module, type Type } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import request from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import type { DataSource } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../src/database/data-source-name';
import { AppModule } from '../../src/app/app.module';
import { Database } from '../../src/database/database';
import { Clock } from '../../src/options/clock';
import { loadSettings } from '../../src/options/load-settings';
import type { Settings } from '../../src/options/settings';
import { LatchkeyExpressAdapter } from '../../src/http/latchkey-express-adapter';
import { configureApp } from '../../src/app/configure-app';
import { noteMailedTokens, noteSecrets, watchSecrets } from './canaries';
import { TestClock } from './clock';
import { migratedDatabase, sessionStore } from './database';
import { RunLogger } from './run-logger';

export const BASE_URL = 'http://localhost:3000';
/** The headers of a browser that opens a page. */
export const BROWSER_ACCEPT = 'text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8';
export const PASSWORD = 'correct horse battery staple';

type Environment = Record<string, string | undefined>;
/** The replacement of a provider: a value, or a class whose dependencies are injected. */
type Override = { token: unknown } & ({ value: unknown } | { useClass: Type });
type RootModule = (settings: Settings) => DynamicModule;

/** The whole application with its own real database, listening on 127.0.0.1: on PORT, or on any free port. */
export class TestApp {
  private readonly others: TestApp[] = [];
  private isClosed = false;

  private constructor(
    readonly app: NestExpressApplication,
    readonly clock: TestClock,
    /** What a second instance needs to share the database and the secret. */
    readonly environment: Environment,
    private readonly rootModule: RootModule,
    private readonly dispose: () => Promise<void>,
  ) {}

  static async start(
    environment: Environment = {},
    overrides: Override[] = [],
    rootModule: RootModule = (settings) => AppModule.forRoot(settings),
  ): Promise<TestApp> {
    const database = await migratedDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-data-'));
    const complete = {
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      BASE_URL,
      BCRYPT_COST: '4',
      ...sessionStore(),
      SESSION_CACHE: process.env.SESSION_CACHE, // CONTRIBUTING.md: all suites pass with and without the session cache
      // Suites log in dozens of times from one address; those about throttling turn it on.
      ...(environment.NODE_ENV !== 'production' && { THROTTLE: 'off' }),
      ...environment,
    };
    const { app, clock } = await boot(complete, overrides, rootModule);
    return new TestApp(app, clock, complete, rootModule, async () => {
      await database.dispose();
      await rm(dataDir, { recursive: true, force: true });
    });
  }

  /** Listens at its BASE_URL, as a browser needs: pages and the origin of their forms are there. */
  static async startForBrowser(environment: Environment = {}): Promise<TestApp> {
    const port = await freePort();
    return TestApp.start({ PORT: String(port), BASE_URL: `http://localhost:${port}`, ...environment });
  }

  /** Another instance on the same data: a second server, or the same one after a restart. */
  async another(environment: Environment = {}, overrides: Override[] = []): Promise<TestApp> {
    const complete = { ...this.environment, ...environment };
    const { app, clock } = await boot(complete, overrides, this.rootModule);
    const other = new TestApp(app, clock, complete, this.rootModule, async () => undefined);
    this.others.push(other);
    return other;
  }

  /** Stops the instance and starts its successor at the same address, which then owns the data. */
  async restart(whileStopped = () => Promise.resolve()): Promise<TestApp> {
    await this.app.close();
    await whileStopped();
    const { app, clock } = await boot(this.environment, [], this.rootModule);
    return new TestApp(app, clock, this.environment, this.rootModule, this.dispose);
  }

  get server(): Server {
    return this.app.getHttpServer();
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** The address for a browser. */
  get baseUrl(): string {
    return this.environment.BASE_URL ?? BASE_URL;
  }

  get dataSource(): DataSource {
    return this.app.get<DataSource>(getDataSourceToken(LATCHKEY_DATA_SOURCE));
  }

  /** Writes like the application. A write of `dataSource` may find SQLite locked by the application's writer. */
  write(sql: string): Promise<unknown> {
    return this.app.get(Database, { strict: false }).write((manager) => manager.query(sql));
  }

  /** A browser: it keeps cookies, opens pages, and sends the Origin of our pages. It follows no redirects. */
  agent(): TestAgent {
    const headers = { Origin: this.baseUrl, Accept: BROWSER_ACCEPT };
    return request.agent(this.server).set(headers).redirects(0);
  }

  /** Signs up by the API. @returns the new user's ID */
  async signUp(username: string, password = PASSWORD): Promise<number> {
    const answer = await this.agent().post('/api/v1/auth/signup').send({ username, password }).expect(201);
    return (answer.body as { id: number }).id;
  }

  /** A browser in which this user has logged in, without unread flashes. */
  async loggedIn(username: string, password = PASSWORD): Promise<TestAgent> {
    const agent = this.agent();
    await agent.post('/api/v1/auth/login').send({ username, password }).expect(200);
    return agent;
  }

  /** Signs up and logs in. */
  async user(username: string): Promise<{ id: number; agent: TestAgent }> {
    return { id: await this.signUp(username), agent: await this.loggedIn(username) };
  }

  /** Stops the instance. The first instance also deletes the data, so close the others before. */
  async close(): Promise<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    // A failed test may have left them running, and they would keep the test process alive.
    for (const other of this.others) await other.close();
    await this.app.close();
    await noteMailedTokens(this.environment.DATA_DIR!);
    await this.dispose();
  }
}

/** The application with additions: more routes behind the same pipeline and guards. */
export function applicationWith(...modules: Type[]): RootModule {
  @Module({})
  class Company {}
  return (settings) => ({ module: Company, imports: [AppModule.forRoot(settings), ...modules] });
}

async function boot(environment: Environment, overrides: Override[], rootModule: RootModule) {
  const clock = new TestClock();
  const settings = loadSettings(environment);
  noteSecrets([...settings.sessionSecrets, ...(settings.passwordPeppers ?? [])]);
  const logger = new RunLogger();
  let builder = Test.createTestingModule({ imports: [rootModule(settings)] })
    .setLogger(logger)
    .overrideProvider(Clock)
    .useValue(clock);
  for (const override of overrides) {
    const provider = builder.overrideProvider(override.token);
    builder = 'value' in override ? provider.useValue(override.value) : provider.useClass(override.useClass);
  }

  const module = await builder.compile();
  const app = module.createNestApplication<NestExpressApplication>(new LatchkeyExpressAdapter(), {
    bodyParser: false,
    logger,
  });
  watchSecrets(app.getHttpServer());
  try {
    await configureApp(app).listen(environment.PORT ?? 0, '127.0.0.1');
  } catch (error) {
    await app.close();
    throw error;
  }
  return { app, clock };
}

/** A port that is free now: BASE_URL must name it before the application listens. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
