import { Controller, Get, Module, Post, UseGuards } from '@nestjs/common';
import { openApiDocument } from '../../src/http/api-docs/openapi-document';
import {
  CurrentUser,
  type Principal,
  Public,
  type Role,
  Roles,
  RolesGuard,
  UsersService,
  UserStore,
} from '../../src/index';
import { applicationWith, PASSWORD, TestApp } from '../support/app';
import { flashes } from '../support/page';

@Controller()
@UseGuards(RolesGuard)
@Roles('admin')
class OfficeController {
  @Get('office')
  enter(@CurrentUser() { roles }: Principal): string {
    return `in the office as ${roles.join()}`;
  }

  @Post('api/office/papers')
  sign(): string {
    return 'signed';
  }

  @Get('canteen')
  @Roles('user', 'admin')
  eat(): string {
    return 'in the canteen';
  }

  @Get('street')
  @Public()
  walk(): string {
    return 'in the street';
  }
}

@Controller()
@UseGuards(RolesGuard) // forgets to name a role
class CellarController {
  @Get('cellar')
  enter(): string {
    return 'in the cellar';
  }
}

@Module({ controllers: [OfficeController, CellarController] })
class CompanyModule {}

describe('Roles', () => {
  let app: TestApp;
  let second: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(CompanyModule));
    second = await app.another();
  });
  afterAll(() => app.close());

  const users = (instance = app) => instance.app.get(UsersService, { strict: false });
  async function userOf(role: Role, username: string) {
    const id = await app.signUp(username);
    await users().changeRoles(id, [role]);
    return { id, agent: await app.loggedIn(username) };
  }

  it('admit admins only', async () => {
    const { agent: admin } = await userOf('admin', 'ada');
    const { agent: user } = await userOf('user', 'grace');
    await admin.get('/office').expect(200, 'in the office as admin');
    await admin.post('/api/office/papers').expect(201, 'signed');
    const page = await user.get('/office').set('Accept', 'text/html').expect(303);
    expect(page.headers.location).toBe('/users/welcome');
    expect(flashes(await user.get('/users/welcome'))).toEqual(['Not Authorized']);
    const problem = await user.post('/api/office/papers').expect(403);
    expect(problem.body).toMatchObject({ status: 403, detail: 'Not Authorized' });
  });

  it('are named by a route, or by its controller for all routes', async () => {
    const { agent } = await userOf('user', 'linus');
    await agent.get('/canteen').expect(200, 'in the canteen');
  });

  it('ask a guest to log in, even on a route that is otherwise public', async () => {
    const guest = app.agent().set('Accept', 'text/html');
    await guest.get('/office').expect(303).expect('Location', '/users/login?next=%2Foffice');
    await guest.get('/street').expect(303).expect('Location', '/users/login?next=%2Fstreet');
    await app.agent().post('/api/office/papers').expect(401);
  });

  it('refuse every request if none is named', async () => {
    const { agent } = await userOf('admin', 'margaret');
    await agent.get('/cellar').expect(303).expect('Location', '/users/welcome');
  });

  it('start as user at every sign-up, whatever the form contains', async () => {
    const account = { username: 'mallory', password: PASSWORD, roles: ['admin'] };
    await app.agent().post('/api/v1/auth/signup').send(account).expect(400);
    const { id, agent } = await app.user('mallory');
    await agent
      .patch(`/api/v1/users/${id}`)
      .send({ roles: ['admin'] })
      .expect(400);
    await agent.get('/office').expect(303).expect('Location', '/users/welcome');
  });

  it.each<[Role, Role]>([
    ['user', 'admin'],
    ['admin', 'user'],
  ])(
    'that change from %s to %s end all sessions on all instances, with the reason',
    async (before, after) => {
      const { id, agent } = await userOf(before, `from-${before}`);
      const elsewhere = await second.loggedIn(`from-${before}`);
      await users(second).changeRoles(id, [after]);
      expect((await agent.get('/api/v1/auth/me').expect(401)).body).toMatchObject({ reason: 'role_changed' });
      const page = await elsewhere.get('/users/login').set('Accept', 'text/html');
      expect(flashes(page)).toEqual(['What you may do has changed; please log in again.']);
      await (await app.loggedIn(`from-${before}`)).get('/office').expect(after === 'admin' ? 200 : 303);
    },
  );

  it('that change show the reason to a concurrent request too', async () => {
    const { id, agent } = await userOf('user', 'between');
    const store = second.app.get(UserStore, { strict: false });
    const secure = store.secure.bind(store);
    let answer: unknown;
    const interrupted = jest.spyOn(store, 'secure').mockImplementation(async (...change) => {
      const isSecured = await secure(...change);
      ({ body: answer } = await agent.get('/api/v1/auth/me').expect(401));
      return isSecured;
    });
    await users(second).changeRoles(id, ['admin']);
    interrupted.mockRestore();
    expect(answer).toMatchObject({ reason: 'role_changed' });
  });

  it('that stay the same end no session', async () => {
    const { id, agent } = await userOf('admin', 'radia');
    expect(await users().changeRoles(id, ['admin'])).toBe(false);
    await agent.get('/office').expect(200);
  });

  it('are in the documentation of the API', () => {
    const { paths } = openApiDocument(app.app);
    expect(paths['/api/office/papers'].post).toMatchObject({ 'x-roles': ['admin'] });
    expect(paths['/canteen'].get).toMatchObject({ 'x-roles': ['user', 'admin'] });
  });
});
