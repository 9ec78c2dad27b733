import { Controller, Get, Injectable, Module, Post } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { InjectDataSource, TypeOrmModule } from '@nestjs/typeorm';
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import {
  Column,
  DataSource,
  type DataSourceOptions,
  Entity,
  getMetadataArgsStorage,
  JoinColumn,
  ManyToOne,
  type MigrationInterface,
  PrimaryGeneratedColumn,
  type QueryRunner,
} from 'typeorm';
import {
  CurrentUser,
  Database,
  LATCHKEY_ENTITIES,
  LATCHKEY_MIGRATIONS,
  LatchkeyModule,
  type LatchkeyOptions,
  type LatchkeyStructure,
  type Principal,
  Public,
  User,
} from '../../src/index';
import { PASSWORD } from '../support/app';
import { type TestDatabase, testDatabase } from '../support/database';

@Entity()
class Order {
  @PrimaryGeneratedColumn()
  id!: number;

  @Column()
  ownerId!: number;

  /** Without a foreign key: `synchronize` runs before Latchkey has made its tables. */
  @ManyToOne(() => User, { createForeignKeyConstraints: false })
  @JoinColumn({ name: 'ownerId' })
  owner!: User;
}

@Entity('users')
class Employee extends User {
  @Column({ type: 'varchar', length: 40, default: 'none' })
  department!: string;
}

class AddDepartment1790000000000 implements MigrationInterface {
  name = 'AddDepartment1790000000000';

  async up(runner: QueryRunner): Promise<void> {
    await runner.query("ALTER TABLE users ADD department varchar(40) NOT NULL DEFAULT 'none'");
  }

  async down(runner: QueryRunner): Promise<void> {
    await runner.query('ALTER TABLE users DROP COLUMN department');
  }
}

/** Longer than a statement of Latchkey may take. */
const SLOW = {
  postgres: 'SELECT pg_sleep(1.5)',
  sqlite:
    'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 3000000) SELECT max(i) FROM n',
};

@Injectable()
class Orders {
  constructor(private readonly database: Database) {}

  place(ownerId: number, shouldFail: boolean): Promise<void> {
    return this.database.transaction(async (manager) => {
      await manager.update(User, ownerId, { email: 'ordered@example.com' });
      await manager.insert(Order, { ownerId });
      if (shouldFail) throw new Error('Nothing of it may stay');
    });
  }
}

/** @param name of the DataSource. */
function companyOn(name: string | undefined, options: DataSourceOptions) {
  @Controller('orders')
  class OrdersController {
    constructor(
      @InjectDataSource(name) private readonly source: DataSource,
      private readonly orders: Orders,
    ) {}

    @Post()
    place(@CurrentUser() { id }: Principal): Promise<void> {
      return this.orders.place(id, false);
    }

    @Post('failing')
    async fail(@CurrentUser() { id }: Principal): Promise<void> {
      await this.orders.place(id, true).catch(() => undefined);
    }

    @Get()
    async all(): Promise<string[]> {
      const orders = await this.source.getRepository(Order).find({ relations: { owner: true } });
      return orders.map(({ owner }) => `${owner.username} ${owner.email}`);
    }

    @Get('slow')
    @Public()
    async slow(): Promise<string> {
      await this.source.query(SLOW[this.source.options.type as keyof typeof SLOW]);
      return 'done';
    }
  }

  @Module({
    imports: [
      TypeOrmModule.forRoot({ ...options, name, autoLoadEntities: true }),
      TypeOrmModule.forFeature([Order], name),
    ],
    controllers: [OrdersController],
    providers: [Orders],
  })
  class CompanyModule {}
  return CompanyModule;
}

describe('An application whose DataSource Latchkey shares', () => {
  let database: TestDatabase;
  let dataDir: string;
  let app: NestExpressApplication | undefined;

  beforeEach(async () => {
    database = await testDatabase();
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-data-'));
  });
  afterEach(async () => {
    await app?.close();
    app = undefined;
    await database.dispose();
    await rm(dataDir, { recursive: true, force: true });
  });

  const where = (): DataSourceOptions =>
    database.url.startsWith('sqlite:')
      ? { type: 'sqlite', database: database.url.slice('sqlite:'.length) }
      : { type: 'postgres', url: database.url };

  async function start(
    name: string | undefined,
    host: object,
    options: LatchkeyOptions & LatchkeyStructure = {},
  ): Promise<NestExpressApplication> {
    const shared = { dataSource: name ?? 'default', ...options.database };
    @Module({
      imports: [
        companyOn(name, { ...where(), ...host }),
        LatchkeyModule.forRoot({
          dataDir,
          passwords: { cost: 4 },
          throttle: false,
          pages: false,
          ...options,
          database: shared,
        }),
      ],
    })
    class Root {}
    app = await NestFactory.create<NestExpressApplication>(Root, { logger: false, abortOnError: false });
    return app.init();
  }

  async function loggedIn(username: string) {
    const agent = request.agent(app!.getHttpServer()).set({ Origin: 'http://localhost:3000' });
    await agent.post('/api/v1/auth/signup').send({ username, password: PASSWORD }).expect(201);
    await agent.post('/api/v1/auth/login').send({ username, password: PASSWORD }).expect(200);
    return agent;
  }

  const tables = (source: DataSource): Promise<string[]> =>
    source
      .query<{ name: string }[]>(
        source.options.type === 'sqlite'
          ? "SELECT name FROM sqlite_master WHERE type = 'table'"
          : 'SELECT tablename AS name FROM pg_tables WHERE schemaname = current_schema()',
      )
      .then((rows) => rows.map(({ name }) => name));

  it.each([undefined, 'orders'])(
    'has both kinds of tables in one database, and writes both in one transaction (name: %s)',
    async (name) => {
      await start(name, { synchronize: true });
      const ada = await loggedIn('ada');
      await ada.post('/orders').expect(201);
      await ada.post('/orders/failing').expect(201);
      await ada.get('/orders').expect(200, ['ada ordered@example.com']);
      expect(await tables(app!.get<DataSource>(name ? `${name}DataSource` : DataSource))).toEqual(
        expect.arrayContaining(['order', 'users', 'sessions', 'latchkey_migrations']),
      );
      expect(await readdir(dataDir)).not.toContain('latchkey.sqlite');
    },
  );

  it("may synchronize its tables at each start: Latchkey's and their triggers stay", async () => {
    await start(undefined, { synchronize: true });
    await loggedIn('ada');
    await app!.close();
    await start(undefined, { synchronize: true });
    const agent = request.agent(app!.getHttpServer()).set({ Origin: 'http://localhost:3000' });
    await agent.post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD }).expect(200);
    await agent.get('/api/v1/auth/me').expect(200);
    // A write past Latchkey is noticed: the triggers are there.
    await app!.get(DataSource).query('UPDATE users SET security_version = security_version + 1');
    await agent.get('/api/v1/auth/me').expect(401);
  });

  it('reads and writes its own kind of users, whose columns a migration adds', async () => {
    await start(
      undefined,
      { synchronize: true },
      {
        users: { entity: Employee },
        migrations: [AddDepartment1790000000000],
      },
    );
    await loggedIn('ada');
    const employees = app!.get(DataSource).getRepository(Employee);
    await employees.update({ username: 'ada' }, { department: 'physics' });
    expect(await employees.findOneBy({ username: 'ada' })).toMatchObject({ department: 'physics' });
  });

  it('is refused before its synchronize can take a table of ours for one of its own', async () => {
    await start(undefined, { synchronize: true });
    await loggedIn('ada');
    await app!.close();
    const storage = getMetadataArgsStorage();
    class Users {
      id!: number;
    }
    Entity()(Users);
    try {
      await expect(start(undefined, { synchronize: true })).rejects.toThrow(
        'the entity Users has a table that is named as one of Latchkey',
      );
    } finally {
      storage.tables.splice(
        storage.tables.findIndex(({ target }) => target === Users),
        1,
      );
    }
  });

  it('puts no time limit on its statements', async () => {
    await start(undefined, { synchronize: true });
    await request(app!.getHttpServer()).get('/orders/slow').expect(200, 'done');
  });

  it("may run Latchkey's migrations among its own", async () => {
    const host = {
      entities: LATCHKEY_ENTITIES,
      migrations: LATCHKEY_MIGRATIONS,
      migrationsRun: true,
      synchronize: true,
    };
    await start(undefined, host, { database: { migrate: false } });
    const ada = await loggedIn('ada');
    await ada.post('/orders').expect(201);
    expect(await tables(app!.get(DataSource))).not.toContain('latchkey_migrations');
  });

  it('does not start if it should have run them and has not', async () => {
    await expect(start(undefined, { synchronize: true }, { database: { migrate: false } })).rejects.toThrow(
      /The DataSource "default" lacks migrations of Latchkey: CreateUsers\d+, .*Add LATCHKEY_MIGRATIONS/i,
    );
  });

  it.each([
    ['orders', {}, 'there is no DataSource "orders"'],
    ['default', { type: 'sqlite', database: ':memory:' }, 'the DataSource "default" is in memory'],
  ])('does not start with the DataSource %s %j', async (dataSource, host, sentence) => {
    await expect(start(undefined, host, { database: { dataSource } })).rejects.toThrow(sentence);
  });

  it('does not start if a table of another kind has the name of one of ours', async () => {
    const source = await new DataSource(where()).initialize();
    await source.query('CREATE TABLE users (id integer)');
    await source.destroy();
    await expect(start(undefined, { synchronize: true })).rejects.toThrow(/named as ours: users/);
  });
});
