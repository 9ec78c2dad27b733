import type { Server } from 'node:http';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import { getDataSourceToken } from '@nestjs/typeorm';
import request from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import type { DataSource } from 'typeorm';
import { AppModule } from '../../src/app.module';
import { Clock } from '../../src/config/clock';
import { loadSettings } from '../../src/config/load-settings';
import { configureApp } from '../../src/configure-app';
import { TestClock } from './clock';
import { testDatabase } from './database';

export const BASE_URL = 'http://localhost:3000';
export const PASSWORD = 'correct horse battery staple';

type Environment = Record<string, string | undefined>;
type Override = { token: unknown; value: unknown };

/** The whole application on a real database of its own, listening on a free port of 127.0.0.1. */
export class TestApp {
  private constructor(
    readonly app: NestExpressApplication,
    readonly clock: TestClock,
    /** What a second instance needs to share the database and the secret. */
    readonly environment: Environment,
    private readonly dispose: () => Promise<void>,
  ) {}

  static async start(environment: Environment = {}, overrides: Override[] = []): Promise<TestApp> {
    const database = await testDatabase();
    const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-data-'));
    const complete = {
      DATA_DIR: dataDir,
      DATABASE_URL: database.url,
      BASE_URL,
      BCRYPT_COST: '4',
      ...environment,
    };
    const { app, clock } = await boot(complete, overrides);
    return new TestApp(app, clock, complete, async () => {
      await database.dispose();
      await rm(dataDir, { recursive: true, force: true });
    });
  }

  /** Another instance on the same data: a second server, or the same one after a restart. */
  async another(environment: Environment = {}, overrides: Override[] = []): Promise<TestApp> {
    const complete = { ...this.environment, ...environment };
    const { app, clock } = await boot(complete, overrides);
    return new TestApp(app, clock, complete, async () => undefined);
  }

  get server(): Server {
    return this.app.getHttpServer();
  }

  get port(): number {
    return (this.server.address() as { port: number }).port;
  }

  get dataSource(): DataSource {
    return this.app.get<DataSource>(getDataSourceToken());
  }

  /** A browser of its own: keeps cookies, and sends the Origin that a page of ours would. Redirects are not followed. */
  agent(): TestAgent {
    return request
      .agent(this.server)
      .set('Origin', this.environment.BASE_URL ?? BASE_URL)
      .redirects(0);
  }

  /** Signs up by the API. @returns the new user's ID */
  async signUp(username: string, password = PASSWORD): Promise<number> {
    const answer = await this.agent().post('/api/v1/auth/signup').send({ username, password }).expect(201);
    return (answer.body as { id: number }).id;
  }

  /** A browser in which this user has logged in, with no flash left to show. */
  async loggedIn(username: string, password = PASSWORD): Promise<TestAgent> {
    const agent = this.agent();
    await agent.post('/api/v1/auth/login').send({ username, password }).expect(200);
    return agent;
  }

  /** Signs up and logs in. */
  async user(username: string): Promise<{ id: number; agent: TestAgent }> {
    return { id: await this.signUp(username), agent: await this.loggedIn(username) };
  }

  /** Stops the instance; its data is deleted when it is the one that was started first. */
  async close(): Promise<void> {
    await this.app.close();
    await this.dispose();
  }
}

async function boot(environment: Environment, overrides: Override[]) {
  const clock = new TestClock();
  let builder = Test.createTestingModule({ imports: [AppModule.forRoot(loadSettings(environment))] })
    .overrideProvider(Clock)
    .useValue(clock);
  for (const { token, value } of overrides) builder = builder.overrideProvider(token).useValue(value);

  const module = await builder.compile();
  const app = module.createNestApplication<NestExpressApplication>({ bodyParser: false, logger: ['fatal'] });
  await configureApp(app).listen(0, '127.0.0.1');
  return { app, clock };
}
