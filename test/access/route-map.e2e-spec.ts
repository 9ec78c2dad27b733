import { type CanActivate, Controller, Get, Module, Post, UseGuards } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { routeMap } from '../../src/http/route-map/route-map';
import {
  CorrectUserGuard,
  LatchkeyModule,
  LoggedInGuard,
  OwnedBy,
  Public,
  Roles,
  RolesGuard,
  StepUpGuard,
} from '../../src/index';
import { TestApp } from '../support/app';
import { routes } from '../support/routes';

class OfficeHours implements CanActivate {
  canActivate = () => true;
}
class ManagersOnly extends CorrectUserGuard {}

@Controller(['invoices', 'bills'])
class InvoicesController {
  @Get()
  list(): void {}

  @Post()
  @UseGuards(LoggedInGuard, OfficeHours)
  add(): void {}

  @Post(':userId/pay')
  @UseGuards(ManagersOnly, StepUpGuard)
  @OwnedBy('userId')
  @Public()
  pay(): void {}

  @Post('approve')
  @UseGuards(RolesGuard)
  @Roles('admin')
  approve(): void {}

  @Post('hook')
  @Public()
  hook(): void {}
}

describe('The map of routes', () => {
  it("has the application's routes as Express has them", async () => {
    const app = await TestApp.start();
    const texts = (all: { method: string; path: string }[]) =>
      all.map(({ method, path }) => `${method} ${path}`);
    const mapped = texts(routeMap(app.app));
    const withoutHandler = ['GET /api/openapi.json'];
    expect([...mapped, ...withoutHandler].sort()).toEqual(texts(routes(app)).sort());
    await app.close();
  });

  it('says who may use a route of a company', async () => {
    const dataDir = await mkdtemp(join(tmpdir(), 'latchkey-map-'));
    @Module({
      imports: [
        LatchkeyModule.forRoot({
          dataDir,
          guards: 'manual',
          pages: false,
          passwords: { cost: 4 },
          throttle: false,
        }),
      ],
      controllers: [InvoicesController],
    })
    class Company {}
    const app = await NestFactory.createApplicationContext(Company, { logger: false, abortOnError: false });
    const all = routeMap(app);
    const access = (path: string, method = 'POST') => {
      const route = all.find((one) => one.path === path && one.method === method);
      return route && { ...route, method: undefined, path: undefined, handler: undefined };
    };
    const nothing = { isLatchkey: false, needsStepUp: false, guards: [] };
    expect(access('/invoices', 'GET')).toMatchObject({ ...nothing, admits: 'unguarded' });
    expect(access('/bills')).toMatchObject({ ...nothing, admits: 'users', guards: ['OfficeHours'] });
    expect(access('/invoices/:userId/pay')).toMatchObject({
      admits: 'owner',
      owner: 'userId',
      needsStepUp: true,
      guards: ['ManagersOnly'],
    });
    expect(access('/invoices/approve')).toMatchObject({ ...nothing, admits: 'users', roles: ['admin'] });
    expect(access('/invoices/hook')).toMatchObject({ ...nothing, admits: 'everyone' });
    expect(access('/api/v1/auth/signup')).toMatchObject({ isLatchkey: true, throttled: 'sign-up' });
    expect(all.filter(({ isLatchkey, admits }) => isLatchkey && admits === 'unguarded')).toEqual([]);
    expect(access('/users/login')).toBeUndefined();
    await app.close();
    await rm(dataDir, { recursive: true, force: true });
  });
});
