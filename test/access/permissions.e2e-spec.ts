import { Controller, Get, Injectable, Module, Param, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import request from 'supertest';
import { routeMap } from '../../src/http/route-map/route-map';
import {
  CorrectUserGuard,
  CurrentUser,
  LatchkeyModule,
  OwnedBy,
  type OwnedRequest,
  type OwnerLoader,
  PermissionGuard,
  Permissions,
  type Principal,
  RequirePermission,
  requireResourceId,
  type Role,
  UsersService,
} from '../../src/index';
import { PASSWORD } from '../support/app';

/** An application with declaration merging would not need the cast. */
const roles = (...names: string[]) => names as Role[];

@Injectable()
class InvoiceOwner implements OwnerLoader {
  readonly asked: number[] = [];

  /** The first two users own invoice 1, nobody any other. */
  ownersOf({ params }: OwnedRequest): Promise<number[] | null> {
    const id = requireResourceId(params.id);
    this.asked.push(id);
    return Promise.resolve(id === 1 ? [1, 2] : null);
  }
}

@Controller('invoices')
class InvoicesController {
  constructor(private readonly permissions: Permissions) {}

  @Get('may-approve')
  mayApprove(@CurrentUser() user: Principal): boolean {
    return this.permissions.has(user, 'invoice:approve');
  }

  @Post(':id/approval')
  @RequirePermission('invoice:approve')
  approve(): string {
    return 'approved';
  }

  @Get(':id')
  @UseGuards(CorrectUserGuard)
  @OwnedBy(InvoiceOwner)
  show(@Param('id') id: string): string {
    return id;
  }
}

@Controller('books')
@RequirePermission('books:open')
class BooksController {
  @Get()
  open(): string {
    return 'open';
  }

  @Post()
  @RequirePermission('books:close')
  close(): string {
    return 'closed';
  }
}

@Controller('vault')
class VaultController {
  @Get('both')
  @RequirePermission('books:open')
  @RequirePermission('books:close')
  both(): string {
    return 'both';
  }

  @Get('guard-alone')
  @UseGuards(PermissionGuard)
  guardAlone(): string {
    return 'nobody';
  }

  /** Changes what it was given: the next request must not see it. */
  @Get('careless')
  careless(@CurrentUser() user: Principal): string[] {
    (user.roles as string[]).push('manager');
    return [...user.roles];
  }
}

@Controller('inner-vault')
@RequirePermission('books:close')
class InnerVaultController extends BooksController {}

describe('Roles and permissions of an application', () => {
  let dataDir: string;
  let app: NestExpressApplication;

  beforeAll(async () => {
    dataDir = await mkdtemp(join(tmpdir(), 'latchkey-permissions-'));
    @Module({
      imports: [
        LatchkeyModule.forRoot({
          dataDir,
          passwords: { cost: 4 },
          throttle: false,
          pages: false,
          roles: roles('clerk', 'manager') as never[],
          permissions: {
            clerk: ['books:open'],
            manager: ['invoice:approve', 'books:close'],
          } as object,
        }),
      ],
      controllers: [InvoicesController, BooksController, VaultController, InnerVaultController],
      providers: [InvoiceOwner],
    })
    class Company {}
    app = await NestFactory.create<NestExpressApplication>(Company, { logger: false, abortOnError: false });
    await app.init();
  });
  afterAll(async () => {
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  });

  const users = () => app.get(UsersService, { strict: false });
  const guest = () => request.agent(app.getHttpServer()).set({ Origin: 'http://localhost:3000' });
  async function userOf(username: string, ...names: string[]) {
    const agent = guest();
    const made = await agent.post('/api/v1/auth/signup').send({ username, password: PASSWORD }).expect(201);
    if (names.length > 0) await users().changeRoles((made.body as { id: number }).id, roles(...names));
    await agent.post('/api/v1/auth/login').send({ username, password: PASSWORD }).expect(200);
    return agent;
  }

  it('admit the owners that a loader finds, refuse all others alike, and ask it for no malformed ID', async () => {
    const [ada, grace, linus] = [await userOf('ada'), await userOf('grace'), await userOf('linus')];
    await ada.get('/invoices/1').expect(200, '1');
    await grace.get('/invoices/1').expect(200, '1');
    const other = await linus.get('/invoices/1').expect(403);
    const unknown = await linus.get('/invoices/2').expect(403);
    const ofRequest = { instance: '', requestId: '' };
    expect({ ...unknown.body, ...ofRequest }).toEqual({ ...other.body, ...ofRequest });
    await guest().get('/invoices/1').expect(401);
    const { asked } = app.get(InvoiceOwner);
    asked.length = 0;
    for (const id of ['x', '01', '-1', '99999999999', '1%00']) await ada.get(`/invoices/${id}`).expect(404);
    expect(asked).toEqual([]);
  });

  it('permit what one of the roles permits', async () => {
    const manager = await userOf('margaret', 'manager');
    await manager.post('/invoices/1/approval').expect(201, 'approved');
    await manager.get('/invoices/may-approve').expect(200, 'true');
    const clerk = await userOf('barbara', 'clerk');
    await clerk.post('/invoices/1/approval').expect(403);
    await clerk.get('/invoices/may-approve').expect(200, 'false');
    await (await userOf('root', 'admin')).post('/invoices/1/approval').expect(403);
    await guest().post('/invoices/1/approval').expect(401);
  });

  it('need the permission of the controller and that of the method', async () => {
    await (await userOf('joan', 'manager')).post('/books').expect(403);
    const clerk = await userOf('evelyn', 'clerk');
    await clerk.get('/books').expect(200, 'open');
    await clerk.post('/books').expect(403);
    await (await userOf('jean', 'manager', 'clerk')).post('/books').expect(201, 'closed');
  });

  it('are all needed where several are named, also on a class and those that it extends', async () => {
    const clerk = await userOf('radia', 'clerk');
    await clerk.get('/vault/both').expect(403);
    await clerk.get('/inner-vault').expect(403);
    const both = await userOf('karen', 'clerk', 'manager');
    await both.get('/vault/both').expect(200);
    await both.get('/inner-vault').expect(200);
  });

  it('refuse everybody where the guard has none to look for, and a name that is missing at the start', async () => {
    await (await userOf('lynn', 'manager')).get('/vault/guard-alone').expect(403);
    for (const name of [undefined, '', 7])
      expect(() => RequirePermission(name as string)).toThrow('needs the name of a permission');
  });

  it('are not changed by a handler that changes what it was given', async () => {
    const clerk = await userOf('sophie', 'clerk');
    await clerk.get('/vault/careless').expect(200, ['clerk', 'manager']);
    await clerk.get('/vault/careless').expect(200, ['clerk', 'manager']);
    await clerk.post('/invoices/1/approval').expect(403);
  });

  it('count from the next request on, in which the user logs in again', async () => {
    const agent = await userOf('frances', 'manager');
    const user = await users().findByUsername('frances');
    expect(user?.roles).toEqual(['manager']);
    await users().changeRoles(user!.id, roles('clerk'));
    await agent.post('/invoices/1/approval').expect(401);
  });

  it('are those that the option names', async () => {
    const { id } = (await users().findByUsername('ada'))!;
    await expect(users().changeRoles(id, roles('boss'))).rejects.toMatchObject({
      errors: { roles: ['There is no role boss.'] },
    });
    await expect(users().changeRoles(id, [])).rejects.toThrow();
    expect(await users().changeRoles(id, roles('manager', 'clerk', 'manager'))).toBe(true);
    expect(await users().changeRoles(id, roles('clerk', 'manager'))).toBe(false);
  });

  it('are in the map of routes', () => {
    const find = (path: string) =>
      routeMap(app).find((route) => route.path === path && route.method === 'POST');
    expect(find('/books')).toMatchObject({ admits: 'users', permissions: ['books:open', 'books:close'] });
    const owned = routeMap(app).find(({ path, method }) => path === '/invoices/:id' && method === 'GET');
    expect(owned).toMatchObject({ admits: 'owner', owner: 'InvoiceOwner' });
  });

  it.each([
    [{ roles: ['two words'] }, 'roles may be a list of names'],
    [{ roles: ['a,b'] }, 'roles may be a list of names'],
    [{ roles: 'manager' }, 'roles may be a list of names'],
    [{ permissions: { boss: ['x'] } }, 'permissions.boss is not a role: name it in roles'],
    [{ permissions: { admin: 'x' } }, 'permissions.admin may be a list of texts'],
    [{ permissions: { constructor: ['x'] } }, 'permissions.constructor is not a role'],
  ])('%j is refused: %s', (options, sentence) => {
    expect(() => LatchkeyModule.forRoot(options as object)).toThrow(sentence);
  });
});
