import { Controller, Get, Module, Param, Post, Query, Req } from '@nestjs/common';
import type { Request } from 'express';
import type TestAgent from 'supertest/lib/agent';
import { FlashModule, FlashService, Public, SessionService, SessionsModule } from '../../src/index';
import { applicationWith, TestApp } from '../support/app';
import { RunLogger } from '../support/run-logger';
import { flashes } from '../support/page';

/** Names that every object inherits. */
const INHERITED = ['constructor', 'toString', 'hasOwnProperty', '__proto__', 'valueOf'];

const valuesOf = ({ session }: Request) => session as unknown as Record<string, unknown>;

@Controller('values')
@Public()
class ValuesController {
  constructor(
    private readonly sessions: SessionService,
    private readonly flashService: FlashService,
  ) {}

  @Post('count/:name')
  count(@Req() request: Request, @Param('name') name: string) {
    return { count: this.sessions.increment(request, name) };
  }

  @Post('nested/:name')
  nest(@Req() request: Request, @Param('name') name: string) {
    valuesOf(request).settings = Object.fromEntries([[name, 'kept']]);
    return {};
  }

  @Post('top/:name')
  top(@Req() request: Request, @Param('name') name: string) {
    Object.defineProperty(request.session, name, { value: 'lost', enumerable: true, configurable: true });
    return { saved: true };
  }

  @Post('fill')
  fill(@Req() request: Request, @Query('bytes') bytes: string) {
    valuesOf(request).filling = 'x'.repeat(Number(bytes));
    this.flashService.add(request, { level: 'success', text: 'Filled' });
    return { saved: true };
  }

  @Get()
  values(@Req() request: Request) {
    const { cookie: _, ...values } = valuesOf(request);
    return values;
  }
}

@Module({ imports: [SessionsModule, FlashModule], controllers: [ValuesController] })
class ValuesModule {}

const linesOf = (logged: jest.SpyInstance<void, unknown[]>) => logged.mock.calls.flat().join('\n');

describe('A session value', () => {
  let app: TestApp;
  let logged: jest.SpyInstance<void, unknown[]>; // only spies: the line is still written

  beforeAll(async () => {
    logged = jest.spyOn(RunLogger.prototype, 'error');
    app = await TestApp.start({ SESSION_MAX_SIZE: '8kB' }, [], applicationWith(ValuesModule));
  });
  afterAll(async () => {
    logged.mockRestore();
    await app.close();
  });

  const browser = (): TestAgent => app.agent().set('Accept', 'application/json');
  const valuesFor = async (agent: TestAgent) => {
    const { text } = await agent.get('/values').expect(200);
    return JSON.parse(text) as Record<string, Record<string, unknown>>;
  };

  it.each(INHERITED)('named %s counts like any other, also in parallel', async (name) => {
    const agent = browser();
    await agent.post(`/values/count/${name}`).expect(201, { count: 1 });
    await Promise.all(Array.from({ length: 10 }, () => agent.post(`/values/count/${name}`).expect(201)));
    expect(Object.entries((await valuesFor(agent)).counters)).toEqual([[name, 11]]);
  });

  it.each(INHERITED)('named %s is stored inside another value', async (name) => {
    const agent = browser();
    await agent.post(`/values/nested/${name}`).expect(201);
    await agent.post('/values/count/visits').expect(201);
    expect(Object.entries((await valuesFor(agent)).settings)).toEqual([[name, 'kept']]);
  });

  it.each([...INHERITED, 'save', 'regenerate'])(
    'named %s is refused with a clear error at the top level',
    async (name) => {
      const agent = browser();
      await agent.post('/values/count/visits').expect(201);
      logged.mockClear();
      await agent.post(`/values/top/${name}`).expect(500);
      expect(linesOf(logged)).toContain(`A session cannot hold a value named "${name}"`);
      expect(await valuesFor(agent)).toEqual({ counters: { visits: 1 } });
    },
  );

  it('is at most SESSION_MAX_SIZE: a larger one is refused as a whole and logged', async () => {
    const { agent } = await app.user('ada');
    await agent.post('/values/fill?bytes=7000').expect(201, { saved: true });
    logged.mockClear();
    const answer = await agent.post('/values/fill?bytes=9000').set('Accept', 'application/json').expect(500);
    expect(answer.type).toBe('application/problem+json');
    const lines = linesOf(logged);
    expect(lines).toMatch(/SessionTooLarge: A session would hold 9\d{3} bytes; SESSION_MAX_SIZE is 8192/);
    const page = await agent.post('/values/fill?bytes=9000').set('Accept', 'text/html').expect(500);
    expect(page.text).toContain('Something went wrong on our side. It has been noted.');

    const { filling } = (await valuesFor(agent)) as unknown as { filling: string };
    expect(filling).toHaveLength(7_000);
    const welcome = await agent.get('/users/welcome').set('Accept', 'text/html').expect(200);
    expect(flashes(welcome)).toEqual(["You've successfully logged in!", 'Filled'].slice(-1));
  });

  it('cannot exceed the limit by concurrent requests', async () => {
    const agent = browser();
    await agent.post('/values/count/visits').expect(201);
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => agent.post(`/values/count/${'n'.repeat(1_500)}${n}`)),
    );
    const statuses = answers.map(({ status }) => status);
    expect(statuses.filter((status) => status === 201).length).toBeGreaterThan(0);
    const text = JSON.stringify(await valuesFor(agent));
    expect(text.length).toBeLessThanOrEqual(8_192);
    const kept = Object.keys((await valuesFor(agent)).counters).length - 1;
    expect(kept).toBe(statuses.filter((status) => status === 201).length);
  });
});
