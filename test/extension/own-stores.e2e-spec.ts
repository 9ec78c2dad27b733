import { Global, Injectable, Module } from '@nestjs/common';
import {
  LatchkeyModule,
  PasswordHasher,
  SESSION_ENGINE,
  SessionEngine,
  type Settings,
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
