import { Controller, ExecutionContext, Get, Module, Param, UseGuards } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { ExecutionContextHost } from '@nestjs/core/helpers/execution-context-host';
import { CorrectUserGuard, LoginRequired, NotAuthorized, OwnedBy, type Principal } from '../../src/index';
import { applicationWith, TestApp } from '../support/app';

/** A guard of an application: the owner of a resource is not in the path. */
class DrawerGuard extends CorrectUserGuard {
  static owner: unknown = null;

  protected override async ownerId(_: ExecutionContext): Promise<number | null> {
    return DrawerGuard.owner as number | null;
  }
}

@Controller()
class DrawersController {
  @Get('drawers/:drawer')
  @UseGuards(DrawerGuard)
  open(@Param('drawer') drawer: string): string {
    return `inside ${drawer}`;
  }

  @Get('desks/:desk/of/:owner')
  @UseGuards(CorrectUserGuard)
  @OwnedBy('owner')
  desk(): string {
    return 'desk';
  }

  @Get('shelves/:shelf')
  @UseGuards(CorrectUserGuard) // forgets to name the parameter with the owner's ID
  shelf(): string {
    return 'shelf';
  }
}

@Module({ controllers: [DrawersController] })
class CompanyModule {}

describe('CorrectUserGuard', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({}, [], applicationWith(CompanyModule));
  });
  afterAll(() => app.close());

  it('admits only the user whom an override of ownerId returns', async () => {
    const ada = await app.user('ada');
    const grace = await app.user('grace');
    DrawerGuard.owner = ada.id;
    await ada.agent.get('/drawers/top').expect(200, 'inside top');
    await grace.agent.get('/drawers/top').expect(303).expect('Location', '/users/welcome');
    await app
      .agent()
      .get('/drawers/top')
      .expect(303)
      .expect('Location', '/users/login?next=%2Fdrawers%2Ftop');
  });

  it('reads the path parameter that OwnedBy names, whatever the others', async () => {
    const { id, agent } = await app.user('desk-owner');
    await agent.get(`/desks/${id + 1}/of/${id}`).expect(200);
    await agent
      .get(`/desks/${id}/of/${id + 1}`)
      .expect(303)
      .expect('Location', '/users/welcome');
  });

  it('refuses every request if the path has no such parameter', async () => {
    const { id, agent } = await app.user('shelf-owner');
    await agent.get(`/shelves/${id}`).expect(303).expect('Location', '/users/welcome');
    await agent.get(`/shelves/${id}?id=${id}`).expect(303).expect('Location', '/users/welcome');
  });

  it.each(['1 ', ' 1', '01', '+1', '1.0', '1e0', '0x1', '１', '1,1', '-1', '1%00', '१'])(
    'does not accept the spelling "%s" as an ID',
    async (spelling) => {
      const { id, agent } = await app.user(`speller${Math.random().toString(36).slice(2)}`);
      const written = spelling.replace('1', String(id));
      const answer = await agent.get(`/desks/1/of/${encodeURI(written)}`);
      expect([303, 400, 404]).toContain(answer.status);
      expect(answer.text).not.toBe('desk');
    },
  );

  describe('comparing IDs', () => {
    class FixedGuard extends CorrectUserGuard {
      constructor(private readonly owner: unknown) {
        super(new Reflector());
      }

      protected override ownerId(): number | null {
        return this.owner as number | null;
      }
    }

    const check = (owner: unknown, principal: unknown) =>
      new FixedGuard(owner).canActivate(
        new ExecutionContextHost([{ principal }], FixedGuard, () => undefined),
      );
    const principal = (id: unknown) => ({ id, username: 'ada', authenticatedAt: 0 }) as Principal;

    it('admits equal numbers', async () => {
      expect(await check(7, principal(7))).toBe(true);
    });

    it.each([
      ['two that are missing', undefined, undefined],
      ['two that are null', null, null],
      ['null and a missing one', null, undefined],
      ['equal texts', '7', '7'],
      ['a text and its number', '7', 7],
      ['a number and its text', 7, '7'],
      ['two that are not a number', NaN, NaN],
      ['a list that looks like its number', [7], 7],
      ['true and one', true, 1],
      ['different numbers', 7, 8],
    ])('refuses %s', async (_, owner, id) => {
      await expect(check(owner, principal(id))).rejects.toBeInstanceOf(NotAuthorized);
    });

    it.each([null, undefined])('asks a guest (%s) to log in for every owner', async (guest) => {
      for (const owner of [null, undefined, 0, 7]) {
        await expect(check(owner, guest)).rejects.toBeInstanceOf(LoginRequired);
      }
    });
  });
});
