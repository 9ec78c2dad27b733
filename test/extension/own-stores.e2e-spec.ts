import { Global, Injectable, Module } from '@nestjs/common';
import { SESSION_ENGINE, SessionEngine, type User, USER_STORE, UserStore } from '../../src';
import { MemorySessionEngine } from '../../src/sessions/engines/memory-session-engine';
import { applicationWith, TestApp } from '../support/app';

/** An application's own engine, based on ours. */
@Injectable()
class CompanyEngine extends MemorySessionEngine {}

/** An application's own accounts, from a directory: without sign-up. */
@Injectable()
class Directory extends UserStore {
  readonly asked: string[] = [];

  async findById(): Promise<User | null> {
    return null;
  }

  async findByCanonicalUsername(name: string): Promise<User | null> {
    this.asked.push(name);
    return null;
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
