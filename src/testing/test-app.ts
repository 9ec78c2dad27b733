import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  Module,
  type DynamicModule,
  type MiddlewareConsumer,
  type NestModule,
  type Type,
} from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import type { TestingModuleBuilder } from '@nestjs/testing';
import { getRepositoryToken } from '@nestjs/typeorm';
import type { Repository } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import type { Role } from '../access/roles';
import type { SecurityEvent } from '../events/bus/security-event';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { LatchkeyPages } from '../http/latchkey-routes';
import { type MappedRoute, routeMap } from '../http/route-map/route-map';
import { FolderMailer } from '../mail/folder-mailer';
import { Mailer } from '../mail/mailer';
import { OutboxJob } from '../mail/outbox-job.entity';
import { Clock } from '../options/clock';
import { optionalPackage } from '../options/optional-package';
import type { SettingOptions } from '../options/option-settings';
import { SettingOverrides } from '../options/setting-overrides';
import { Settings } from '../options/settings';
import { SessionCookie } from '../sessions/session-cookie';
import type { User } from '../users/user.entity';
import { UserStore } from '../users/user-store';
import { type NewAccount, UsersService } from '../users/users-service';
import { noteSession } from './expectations';
import { LOG_IN_HEADER, LogInMiddleware } from './log-in.middleware';
import { Mailbox } from './mailbox';
import { asBrowser, type LatchkeyTestAgent } from './test-agent';
import { TestClock } from './test-clock';

const KIT = 'createLatchkeyTestApp()';

/** The password of users that the kit creates without one. */
export const TEST_PASSWORD = 'correct horse battery staple';

export interface TestAppOptions {
  /** Replaces providers and modules of the application: `(builder) => builder.overrideProvider(…).useValue(…)`. */
  override?: (builder: TestingModuleBuilder) => TestingModuleBuilder;
  /** In place of the application's options and the kit's own, such as `{ throttle: true }`. */
  settings?: SettingOptions;
  /** What main.ts does before it listens, such as `useLatchkeyViews(app)`. */
  setUp?: (app: NestExpressApplication) => unknown;
}

/** A user to create. Without a name, the kit gives one; `email` is confirmed. */
export type TestUser<U extends User = User> = Partial<NewAccount<U>> & { roles?: Role[] };

/** A route that belongs to a user: only they may use it. */
export interface OwnedRoute extends MappedRoute {
  owner: string;
  /** @param others values of the other parameters. @throws Error if one is missing */
  pathFor(owner: Pick<User, 'id'>, others?: Record<string, string | number>): string;
}

/**
 * Starts an application for tests. Its root module imports `LatchkeyModule` in any form; its own DataSource stays as
 * it is. Replaced are the settings (SQLite in a folder that `close` removes, since a database in memory would be
 * another one for each of the two connections; bcrypt of cost 4, no throttling, NODE_ENV test), the clock and the mailer.
 * `LatchkeyModule.fromEnvironment({ settings })` keeps its settings: they were loaded before.
 * @throws SettingsError for a wrong option of the application, or if @nestjs/testing or supertest is not installed
 */
export async function createLatchkeyTestApp<U extends User = User>(
  rootModule: Type | DynamicModule,
  { override = (builder) => builder, settings = {}, setUp }: TestAppOptions = {},
): Promise<LatchkeyTestApp<U>> {
  const { Test } = optionalPackage(
    '@nestjs/testing',
    KIT,
    () => require('@nestjs/testing') as typeof import('@nestjs/testing'),
  );
  optionalPackage('supertest', KIT, () => require.resolve('supertest'));
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-test-'));
  const clock = new TestClock();
  const options = merged(defaultsIn(folder), settings) as SettingOptions;
  try {
    const builder = Test.createTestingModule({
      imports: [{ module: LatchkeyTestModule, imports: [rootModule] }],
    })
      .overrideProvider(SettingOverrides)
      .useValue({ options } satisfies SettingOverrides)
      .overrideProvider(Clock)
      .useValue(clock)
      .overrideProvider(Mailer)
      .useClass(FolderMailer);
    const module = await override(builder).compile();
    const app = module.createNestApplication<NestExpressApplication>();
    try {
      const events: SecurityEvent[] = [];
      app.get(SecurityEventBus, { strict: false }).onAny((event) => void events.push(event));
      await setUp?.(app);
      await app.listen(0, '127.0.0.1');
      return new LatchkeyTestApp<U>(app, clock, events, folder);
    } catch (error) {
      await app.close();
      throw error;
    }
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

@Module({ providers: [LogInMiddleware] })
class LatchkeyTestModule implements NestModule {
  configure(consumer: MiddlewareConsumer): void {
    consumer.apply(LogInMiddleware).forRoutes('{*path}');
  }
}

const defaultsIn = (folder: string): SettingOptions => ({
  baseUrl: 'http://localhost',
  dataDir: folder,
  database: { url: `sqlite:${join(folder, 'latchkey.sqlite')}` },
  session: { secret: 'a secret of the test kit that signs nothing real', store: 'database' },
  passwords: { cost: 4 },
  throttle: false,
});

function merged(options: object, others: object): object {
  return Object.fromEntries(
    Object.entries({ ...options, ...others }).map(([name, value]: [string, unknown]) => {
      const given = (options as Record<string, unknown>)[name];
      return [name, isGroup(given) && isGroup(value) ? merged(given, value) : value];
    }),
  );
}

const isGroup = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** A running application, with what a test moves and reads. `U` is the option `users.entity`. */
export class LatchkeyTestApp<U extends User = User> {
  /** Every mail that the application sends. */
  readonly mailbox: Mailbox;
  private count = 0;

  /** Use `createLatchkeyTestApp`. */
  constructor(
    /** The Nest application: `app.nest.get(InvoicesService)`. */
    readonly nest: NestExpressApplication,
    readonly clock: TestClock,
    /** The security events so far, oldest first. */
    readonly events: readonly SecurityEvent[],
    private readonly folder: string,
  ) {
    const jobs = nest.get<Repository<OutboxJob>>(getRepositoryToken(OutboxJob, LATCHKEY_DATA_SOURCE), {
      strict: false,
    });
    const { dataDir } = nest.get(Settings, { strict: false });
    this.mailbox = new Mailbox(dataDir, async () => (await jobs.count()) === 0);
  }

  /**
   * Creates a user, with own columns of `users.entity`.
   * @throws what `UsersService.create` throws
   */
  async user({ roles = ['user'], ...account }: TestUser<U> = {}): Promise<U> {
    const users = this.nest.get<UsersService<U>>(UsersService, { strict: false });
    this.count += 1;
    const named = { username: `user-${this.count}`, password: TEST_PASSWORD, ...account };
    const user = await users.create(named as NewAccount<U>);
    const { id, email } = user;
    if (email !== null)
      await this.nest.get(UserStore, { strict: false }).confirmEmail(user, email, this.clock.now());
    await users.changeRoles(id, roles);
    return users.get(id);
  }

  /** A browser in which this user has just logged in. @throws Error with the response, if a hook or setting refuses it */
  async actingAs({ id, username }: Pick<User, 'id' | 'username'>): Promise<LatchkeyTestAgent> {
    const agent = this.guest();
    const response = await agent.post('/').set(LOG_IN_HEADER, String(id));
    if (response.status !== 204)
      throw new Error(`${username} cannot log in: ${response.status} ${response.text}`);
    noteSession(agent);
    return agent;
  }

  /** A browser in which nobody has logged in. */
  guest(): LatchkeyTestAgent {
    const request = require('supertest') as typeof import('supertest');
    return asBrowser(request.agent(this.nest.getHttpServer()), {
      origin: this.nest.get(Settings, { strict: false }).baseUrl,
      cookie: this.nest.get(SessionCookie, { strict: false }).name,
      arePagesOn: this.nest.get(LatchkeyPages, { strict: false }).areOn,
    });
  }

  /** The routes that only their owner may use, the application's and Latchkey's. Without a global prefix. */
  ownedRoutes(): OwnedRoute[] {
    return routeMap(this.nest).flatMap((route) => {
      const { owner } = route;
      if (owner === undefined) return [];
      const pathFor: OwnedRoute['pathFor'] = ({ id }, others = {}) =>
        filled(route.path, { ...others, [owner]: id });
      return [{ ...route, owner, pathFor }];
    });
  }

  /** Stops the application and removes its data. */
  async close(): Promise<void> {
    await this.nest.close();
    await rm(this.folder, { recursive: true, force: true });
  }
}

function filled(path: string, values: Record<string, string | number>): string {
  return path.replace(/:(\w+)/g, (_parameter, name: string) => {
    if (!Object.hasOwn(values, name)) throw new Error(`${path} needs a value for ${name}`);
    return encodeURIComponent(values[name]);
  });
}
