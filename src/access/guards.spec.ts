import { Controller, Get, Inject, Injectable, UseGuards } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { Test } from '@nestjs/testing';
import type { NextFunction, Request, Response } from 'express';
import request from 'supertest';
import { CorrectUserGuard } from './correct-user.guard';
import { CurrentUser, OwnedBy, Public, Roles } from './decorators';
import { GuestOnlyGuard } from './guest-only.guard';
import { LoggedInGuard } from './logged-in.guard';
import type { Principal } from './principal';
import { RolesGuard } from './roles.guard';

const OWNER = Symbol('whom everything here belongs to');

/** An application's guard whose owner is not a path parameter. */
@Injectable()
class KeptOwnerGuard extends CorrectUserGuard {
  @Inject(OWNER) private readonly owner!: { id: number | null };

  protected override ownerId(): number | null {
    return this.owner.id;
  }
}

@Controller()
class ClosedController {
  @Get('closed')
  closed(@CurrentUser() principal: Principal | null): object {
    return { principal };
  }

  @Get('open')
  @Public()
  open(@CurrentUser() principal: Principal | null): object {
    return { principal };
  }

  @Get('for-guests')
  @Public()
  @UseGuards(GuestOnlyGuard)
  forGuests(): string {
    return 'welcome';
  }

  @Get('users/:id')
  @UseGuards(CorrectUserGuard)
  user(): string {
    return 'yours';
  }

  /** A mistake in the application: only the ownership check protects this route. */
  @Get('open-users/:id')
  @Public()
  @UseGuards(CorrectUserGuard)
  openUser(): string {
    return 'yours';
  }

  @Get('without-owner')
  @UseGuards(CorrectUserGuard)
  withoutOwner(): string {
    return 'yours';
  }

  @Get('kept')
  @UseGuards(KeptOwnerGuard)
  kept(): string {
    return 'yours';
  }
}

@Controller('accounts/:userId/:id')
@OwnedBy('userId')
@UseGuards(CorrectUserGuard)
class OwnedController {
  @Get()
  ofAccount(): string {
    return 'yours';
  }

  @Get('own')
  @OwnedBy('id')
  ofMethod(): string {
    return 'yours';
  }
}

@Controller('administration')
@UseGuards(RolesGuard)
@Roles('admin')
class AdministrationController {
  @Get()
  forAdmins(): string {
    return 'welcome';
  }

  @Get('both')
  @Roles('user', 'admin')
  forBoth(): string {
    return 'welcome';
  }

  @Get('public')
  @Public()
  careless(): string {
    return 'welcome';
  }
}

@Controller('without-roles')
@UseGuards(RolesGuard)
class WithoutRolesController {
  @Get()
  forgotten(): string {
    return 'welcome';
  }
}

@Controller('open')
@Public()
class OpenController {
  @Get('all')
  all(): string {
    return 'welcome';
  }
}

describe('Guards', () => {
  let app: NestExpressApplication;
  let principal: unknown;
  const owner: { id: unknown } = { id: null };

  beforeAll(async () => {
    const module = await Test.createTestingModule({
      controllers: [
        ClosedController,
        OwnedController,
        AdministrationController,
        WithoutRolesController,
        OpenController,
      ],
      providers: [
        { provide: APP_GUARD, useClass: LoggedInGuard },
        { provide: OWNER, useValue: owner },
      ],
    }).compile();
    app = module.createNestApplication<NestExpressApplication>({ logger: false });
    app.use((incoming: Request, _response: Response, next: NextFunction) => {
      if (principal !== undefined) incoming.principal = principal as Principal | null;
      next();
    });
    await app.init();
  });

  afterAll(() => app.close());

  beforeEach(() => {
    principal = { id: 7, username: 'ada', roles: ['user'], authenticatedAt: 0 };
    owner.id = null;
  });

  const get = (path: string) => request(app.getHttpServer()).get(path);

  describe('without a user', () => {
    it.each([null, undefined])('close every route that is not public (principal %p)', async (nobody) => {
      principal = nobody;
      const { body } = await get('/closed').expect(401);
      expect(body).toMatchObject({ message: 'Please log in first' });
      await get('/users/7').expect(401);
    });

    it('open what is public, by method or by controller', async () => {
      principal = null;
      const { body } = await get('/open').expect(200);
      expect(body).toEqual({ principal: null });
      await get('/open/all').expect(200);
      await get('/for-guests').expect(200);
    });

    it.each([null, undefined])('let nobody own anything, on a public route either (%p)', async (nobody) => {
      principal = nobody;
      await get('/open-users/7').expect(401);
    });
  });

  describe('with a user', () => {
    it('let them in, and hand over who it is', async () => {
      const { body } = await get('/closed').expect(200);
      expect(body).toEqual({ principal });
    });

    it('send them away from what is for guests', async () => {
      const { body } = await get('/for-guests').expect(409);
      expect(body).toMatchObject({ message: 'You are already logged in.' });
    });

    it('let only the owner through, by the parameter `id`', async () => {
      await get('/users/7').expect(200, 'yours');
      const { body } = await get('/users/8').expect(403);
      expect(body).toMatchObject({ message: 'Not Authorized' });
    });

    it('look for the owner where the controller or the method says', async () => {
      await get('/accounts/7/8').expect(200);
      await get('/accounts/8/7').expect(403);
      await get('/accounts/8/7/own').expect(200);
      await get('/accounts/7/8/own').expect(403);
    });

    it.each(['07', '7.0', '-7', '0x7', 'abc'])('know no owner of the address "%s"', async (id) => {
      await get(`/users/${id}`).expect(404);
    });

    it('take an ID that no column can hold for somebody else', async () => {
      await get('/users/99999999999999999999').expect(403);
    });

    it('let nobody own what has no owner', async () => {
      await get('/without-owner').expect(403);
      await get('/kept').expect(403);
    });

    it('ask a guard of one’s own for the owner', async () => {
      owner.id = 7;
      await get('/kept').expect(200);
      owner.id = 8;
      await get('/kept').expect(403);
    });

    it.each([
      [null, null],
      [undefined, undefined],
      ['7', '7'],
      [7, '7'],
      ['7', 7],
      [NaN, NaN],
    ])('take no two missing or textual IDs for one person (owner %p, user %p)', async (ownerId, userId) => {
      owner.id = ownerId;
      principal = { id: userId, username: 'ada', roles: ['user'], authenticatedAt: 0 };
      await get('/kept').expect(403);
    });
  });

  describe('for a role', () => {
    const asRole = (role: string) =>
      (principal = { id: 7, username: 'ada', roles: [role], authenticatedAt: 0 });

    it('let in those whose role the controller names, or the method before it', async () => {
      asRole('admin');
      await get('/administration').expect(200);
      await get('/administration/both').expect(200);
      asRole('user');
      const { body } = await get('/administration').expect(403);
      expect(body).toMatchObject({ message: 'Not Authorized' });
      await get('/administration/both').expect(200);
    });

    it('let nobody in where no role is named', async () => {
      asRole('admin');
      await get('/without-roles').expect(403);
    });

    it('let no guest in, on a public route either', async () => {
      principal = null;
      await get('/administration').expect(401);
      await get('/administration/public').expect(401);
    });
  });
});
