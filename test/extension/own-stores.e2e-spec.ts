import { Global, Injectable, Module } from '@nestjs/common';
import {
  LatchkeyModule,
  PasswordHasher,
  SESSION_ENGINE,
  SessionEngine,
  type Counted,
  type Reservation,
  type Settings,
  ThrottleStore,
  User,
  USER_STORE,
  UserStore,
} from '../../src';
import { MemorySessionEngine } from '../../src/sessions/engines/memory-session-engine';
import { applicationWith, PASSWORD, TestApp } from '../support/app';

/** An application's own engine, based on ours. */
@Injectable()
class CompanyEngine extends MemorySessionEngine {}

/** An application's own accounts, from a directory: without sign-up. */
@Injectable()
class Directory extends UserStore {
  readonly asked: string[] = [];
  readonly users: User[] = [];

  async findById(id: number): Promise<User | null> {
    return this.users.find((user) => user.id === id) ?? null;
  }

  async findByCanonicalUsername(name: string): Promise<User | null> {
    this.asked.push(name);
    return this.users.find(({ usernameCanonical }) => usernameCanonical === name) ?? null;
  }

  async findByConfirmedEmail(): Promise<User | null> {
    return null;
  }

  async listByUnconfirmedEmail(): Promise<User[]> {
    return [];
  }

  async confirmEmail(): Promise<boolean> {
    return false;
  }

  async list(): Promise<User[]> {
    return [];
  }

  async insert(): Promise<User> {
    throw new Error('The directory is not written to');
  }

  async update(): Promise<boolean> {
    return false;
  }

  async secure(): Promise<boolean> {
    return false;
  }

  async replacePasswordHash(): Promise<void> {
    throw new Error('The directory is not written to');
  }

  async remove(): Promise<boolean> {
    return false;
  }
}

@Global()
@Module({
  providers: [
    { provide: SESSION_ENGINE, useClass: CompanyEngine },
    { provide: USER_STORE, useClass: Directory },
  ],
  exports: [SESSION_ENGINE, USER_STORE],
})
class CompanyStores {}

describe("An application's own stores", () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(CompanyStores));
  });
  afterAll(() => app.close());

  it('replace ours everywhere', async () => {
    expect(app.app.get(SessionEngine)).toBeInstanceOf(CompanyEngine);
    expect(app.app.get(UserStore, { strict: false })).toBeInstanceOf(Directory);
    const password = 'correct horse battery staple';
    await app.agent().post('/api/v1/auth/login').send({ username: 'Ada', password }).expect(401);
    expect(app.app.get<Directory>(UserStore, { strict: false }).asked).toEqual(['ada']);
  });
});

@Module({})
class Company {}

describe('A class of the option users.store', () => {
  let app: TestApp;

  beforeAll(async () => {
    const options = (settings: Settings) => ({
      session: { cache: settings.sessionCache },
      dataDir: settings.dataDir,
      passwords: { cost: 4 },
      throttle: false,
    });
    app = await TestApp.start({}, [], (settings) => ({
      module: Company,
      imports: [LatchkeyModule.forRoot({ ...options(settings), users: { store: Directory } })],
    }));
  });
  afterAll(() => app.close());

  it('is asked for the user of each session, not the table of users', async () => {
    const passwordHash = await app.app.get(PasswordHasher, { strict: false }).hash(PASSWORD);
    const names = { username: 'Ada', usernameCanonical: 'ada', email: null, emailVerifiedAt: null };
    const user = Object.assign(new User(), names, {
      id: 1,
      passwordHash,
      roles: ['user'],
      securityVersion: 1,
    });
    app.app
      .get<Directory>(UserStore, { strict: false })
      .users.push(Object.assign(user, { disabledAt: null, createdAt: 0 }));
    const ada = await app.loggedIn('Ada');
    expect((await ada.get('/api/v1/auth/me').expect(200)).body).toMatchObject({ id: 1, username: 'Ada' });
  });
});

/** Keeps its counts where every instance of a company looks, here in its process. Blocks for a minute after two. */
@Injectable()
class CompanyCounts extends ThrottleStore {
  readonly counts = new Map<string, number>();

  async reserve(counted: Counted[]): Promise<Reservation> {
    const by = counted.find(({ key }) => (this.counts.get(key) ?? 0) >= 2);
    if (by) return { blockedFor: 60_000, by };
    for (const { key } of counted) this.counts.set(key, (this.counts.get(key) ?? 0) + 1);
    return { failures: counted.map(({ key }) => this.counts.get(key) ?? 0) };
  }

  async isBlockedFor({ key }: Counted): Promise<number> {
    return (this.counts.get(key) ?? 0) >= 2 ? 60_000 : 0;
  }

  async uncount(counted: Counted[]): Promise<void> {
    for (const { key } of counted) this.counts.set(key, Math.max(0, (this.counts.get(key) ?? 0) - 1));
  }

  async clear(cleared: Counted[], takenBack: Counted[] = []): Promise<void> {
    for (const { key } of cleared) this.counts.delete(key);
    await this.uncount(takenBack);
  }
}

describe('A throttle store of an application', () => {
  it('decides who has to wait', async () => {
    @Module({})
    class Company {}
    const app = await TestApp.start({ THROTTLE: 'on' }, [], (settings) => ({
      module: Company,
      imports: [
        LatchkeyModule.forRoot({
          dataDir: settings.dataDir,
          passwords: { cost: 4 },
          throttle: { store: CompanyCounts },
        }),
      ],
    }));
    await app.signUp('ada');
    const wrong = () => app.agent().post('/api/v1/auth/login').send({ username: 'ada', password: 'wrong' });
    await wrong().expect(401);
    await wrong().expect(401);
    await wrong().expect(429).expect('Retry-After', '60');
    expect(app.app.get<CompanyCounts>(ThrottleStore, { strict: false }).counts.size).toBeGreaterThan(0);
    await app.close();
  });
});
