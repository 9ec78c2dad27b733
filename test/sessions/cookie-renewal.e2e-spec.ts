import { Controller, Get, Module, Post, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { Public } from '../../src/index';
import { SessionEngine } from '../../src/sessions/session-engine';
import { applicationWith, TestApp } from '../support/app';
import { CookieJar } from '../support/cookie-jar';
import { setCookie } from '../support/page';
import { gate, ProbeModule } from '../support/probe.module';
import { countSessions, FailsAtSecondLoad, LIVE, RecordingEngine } from '../support/probes';

const OLD = 'an old secret that has been in use for a year';
const NEW = 'a new secret that has just been put in front';

@Controller('answers')
@Public()
class AnswersController {
  @Get('failure')
  failure(): void {
    throw new Error('A handler broke, as this test wants');
  }

  @Get('stream')
  stream(@Res() response: Response): void {
    response.write('first, ');
    response.end('last');
  }

  @Get('change')
  change(@Req() request: Request): string {
    Object.assign(request.session, { theme: 'dark' });
    return 'changed';
  }

  @Post('nothing')
  nothing(): string {
    return 'nothing';
  }
}

@Module({ controllers: [AnswersController] })
class AnswersModule {}

describe('A session cookie that an older secret signed', () => {
  let before: TestApp;
  let app: TestApp;
  let jar: CookieJar;

  beforeAll(async () => {
    const recording = [{ token: SessionEngine, useClass: RecordingEngine }];
    const root = applicationWith(ProbeModule, AnswersModule);
    before = await TestApp.start({ SESSION_SECRET: OLD }, recording, root);
    app = await before.another({ SESSION_SECRET: `${NEW},${OLD}` }, recording);
    await before.signUp('ada');
  });
  afterAll(() => before.close());
  beforeEach(async () => {
    jar = new CookieJar();
    await jar.logIn(before, 'ada');
    await jar.open(before); // shows the flash
  });

  const calls = (instance: TestApp) => instance.app.get<RecordingEngine>(SessionEngine).calls;
  const text = () => decodeURIComponent(jar.cookies.get('sid') ?? '');
  const visit = (path: string) => app.agent().get(path).set('Cookie', jar.header);

  it('is renewed by the next page: same ID, same attributes, signed by the first secret', async () => {
    const old = text();
    const page = await jar.open(app);
    expect(page.status).toBe(200);
    expect(text().split('.')[0]).toBe(old.split('.')[0]);
    expect(text()).not.toBe(old);
    expect(page.headers['set-cookie']).toEqual([
      `sid=${encodeURIComponent(text())}; Path=/; HttpOnly; SameSite=Lax`,
    ]);
  });

  it('is renewed once: a page with the current cookie sets none and reads the store once', async () => {
    await jar.open(app);
    calls(app).length = 0;
    const page = await jar.open(app);
    expect(page.status).toBe(200);
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(calls(app)).toEqual(['load']);
  });

  it('costs nothing if there is only one secret', async () => {
    calls(before).length = 0;
    const page = await jar.open(before, '/api/v1/auth/me');
    expect(page.headers['set-cookie']).toBeUndefined();
    expect(calls(before)).toEqual(['load']);
  });

  it('is renewed for a guest with a session', async () => {
    jar = new CookieJar();
    await jar.submit(before, '/lab/counter');
    const old = text();
    await jar.open(app, '/lab');
    expect(text()).not.toBe(old);
    expect((await jar.open(app, '/lab')).text).toContain('<p class="count">1</p>');
  });

  it('is renewed by the API, by a redirect, and by a response that changes the session', async () => {
    for (const path of ['/api/v1/auth/me', '/users/login', '/answers/change']) {
      const answer = await visit(path);
      expect({ path, line: setCookie(answer, 'sid') }).toEqual({
        path,
        line: expect.stringMatching(/^sid=s%3A/) as string,
      });
    }
  });

  it('stays valid for requests sent in parallel with the one that renewed it', async () => {
    const old = jar.header;
    await jar.open(app);
    const pages = await Promise.all(
      Array.from({ length: 8 }, () => app.agent().get('/users/welcome').set('Cookie', old)),
    );
    expect(pages.map(({ status }) => status)).toEqual(pages.map(() => 200));
    expect(await countSessions(app, `${LIVE} AND user_id IS NULL`)).toBeLessThanOrEqual(1); // the guest's above
  });

  it('is not renewed by a POST, by a 5xx, or after headers were sent', async () => {
    const unset = async (answer: Promise<{ status: number; headers: Record<string, unknown> }>) => {
      const { status, headers } = await answer;
      return { status, lines: headers['set-cookie'] };
    };
    expect(await unset(jar.submit(app, '/answers/nothing'))).toEqual({ status: 201, lines: undefined });
    expect(await unset(jar.open(app, '/answers/failure'))).toEqual({ status: 500, lines: undefined });
    const stream = await jar.open(app, '/answers/stream');
    expect(stream.text).toBe('first, last');
    expect(stream.headers['set-cookie']).toBeUndefined();
  });

  it('is not renewed by a page during which the store fails, and the page is shown', async () => {
    const failing = [{ token: SessionEngine, useClass: FailsAtSecondLoad }];
    const other = await before.another({ SESSION_SECRET: `${NEW},${OLD}` }, failing);
    const page = await jar.open(other);
    expect(page.status).toBe(200);
    expect(page.headers['set-cookie']).toBeUndefined();
    await other.close();
  });

  it.each([
    ['log-in', () => jar.logIn(app, 'ada')],
    ['log-out', () => jar.submit(app, '/users/logout')],
  ])('is not set by a page that was still being made during a %s', async (_, act) => {
    const slow = visit('/probe/page?wait').then((answer) => answer);
    await gate.reached();
    await act();
    const after = text();
    gate.open();
    const page = await slow;
    expect(page.status).toBe(200);
    expect(setCookie(page, 'sid')).toBeUndefined();
    expect(text()).toBe(after);
  });

  it('is not renewed when its session has ended', async () => {
    const old = new Map(jar.cookies);
    await jar.submit(app, '/users/logout');
    for (const [name, value] of old) jar.cookies.set(name, value);
    const page = await jar.open(app, '/');
    expect(setCookie(page, 'sid')).toBeUndefined();
  });

  it('is refused without a store lookup once its secret is removed; a renewed one is valid', async () => {
    const never = new CookieJar();
    await never.logIn(before, 'ada');
    await jar.open(app);

    const recording = [{ token: SessionEngine, useClass: RecordingEngine }];
    const after = await before.another({ SESSION_SECRET: NEW }, recording);
    expect((await jar.open(after)).status).toBe(200);
    calls(after).length = 0;
    const refused = await never.open(after);
    expect(refused.status).toBe(303);
    expect(setCookie(refused, 'sid')).toBeUndefined();
    expect(calls(after)).toEqual([]);

    const id = never.cookies.get('sid')?.slice(4, 47) ?? '';
    await never.submit(after, '/lab/counter');
    expect(never.cookies.get('sid')).toMatch(/^s%3A/);
    expect(never.cookies.get('sid')).not.toContain(id); // the session it starts has a new ID
    await after.close();
  });
});

describe('Two instances that are given a new secret, one after the other', () => {
  it('log no user out: it is added last, then moved first, then the old one is removed', async () => {
    const data = await TestApp.start({ SESSION_SECRET: OLD });
    const users = await Promise.all(
      ['ada', 'grace', 'joan'].map(async (name) => {
        await data.signUp(name);
        const jar = new CookieJar();
        await jar.logIn(data, name);
        return jar;
      }),
    );
    const ids = () => users.map(({ cookies }) => cookies.get('sid')?.split('.')[0]);
    const before = ids();
    const first = users.map(({ header }) => header);

    const steps = [OLD, `${OLD},${NEW}`, `${NEW},${OLD}`, NEW];
    let [one, other] = [await data.another(), await data.another()];
    const logOuts: string[] = [];
    const visitBoth = async (step: string) => {
      for (const instance of [one, other, one, other]) {
        const pages = await Promise.all(users.map((jar) => jar.open(instance)));
        logOuts.push(...pages.filter(({ status }) => status !== 200).map(() => step));
      }
    };
    for (const step of steps) {
      await one.close();
      one = await data.another({ SESSION_SECRET: step });
      await visitBoth(`${step} on one`);
      await other.close();
      other = await data.another({ SESSION_SECRET: step });
      await visitBoth(`${step} on both`);
    }

    expect(logOuts).toEqual([]);
    expect(ids()).toEqual(before);
    for (const cookie of first) await one.agent().get('/api/v1/auth/me').set('Cookie', cookie).expect(401);
    await data.close();
  });
});
