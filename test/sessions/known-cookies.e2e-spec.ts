import { Controller, Get, Module, Req } from '@nestjs/common';
import type { Request } from 'express';
import { Public } from '../../src/access/decorators';
import { SessionEngine } from '../../src/sessions/session-engine';
import { promisify } from '../../src/sessions/engine-store';
import { applicationWith, TestApp } from '../support/app';
import { cookiePair, setCookie } from '../support/page';
import { RecordingEngine } from '../support/probes';

/** Starts a session on a GET, which is bad practice but possible. */
@Controller('changes')
class ChangesController {
  @Get('value')
  keep(@Req() request: Request) {
    Object.assign(request.session, { seen: 'on the way' });
  }

  @Get('session')
  async begin(@Req() { session }: Request) {
    const { cookie: _, ...kept } = session;
    await promisify((done) => session.regenerate(done));
    return { kept };
  }

  @Get('rotation')
  async rotate(@Req() request: Request) {
    const { cookie: _, ...kept } = request.session;
    await promisify((done) => request.session.regenerate(done));
    Object.assign(request.session, kept);
  }
}

/** The same for a client that may have no session yet. */
@Public()
@Controller('open')
class OpenController {
  @Get('value')
  keep(@Req() request: Request) {
    const { cookie: _, ...kept } = request.session;
    Object.assign(request.session, { seen: 'by a guest' });
    return { kept };
  }
}

@Module({ controllers: [ChangesController, OpenController] })
class ChangesModule {}

describe('A request with an already verified cookie', () => {
  let app: TestApp;

  beforeAll(async () => {
    const engine = { token: SessionEngine, useClass: RecordingEngine };
    app = await TestApp.start({ SESSION_CACHE: '100' }, [engine], applicationWith(ChangesModule));
  });
  afterAll(() => app.close());

  const engine = () => app.app.get<RecordingEngine>(SessionEngine);

  async function browser(name: string) {
    await app.signUp(name);
    const credentials = { username: name, password: 'correct horse battery staple' };
    const answer = await app.agent().post('/api/v1/auth/login').send(credentials).expect(200);
    const cookie = cookiePair(answer, 'sid');
    const visit = (path: string, sid = cookie) => app.agent().get(path).set('Cookie', sid);
    await visit('/api/v1/auth/me').expect(200);
    await visit('/api/v1/auth/me').expect(200);
    return { cookie, visit };
  }

  it('stores its changes to the session', async () => {
    const { visit } = await browser('keeper');
    engine().calls.length = 0;
    await visit('/changes/value').expect(200);
    expect(engine().calls).toContain('commit');
    engine().calls.length = 0;
    await visit('/changes/value').expect(200);
    expect(engine().calls).not.toContain('commit');
  });

  it('gets a new cookie if it starts a session after its own ended', async () => {
    const { cookie, visit } = await browser('rotator');
    const answer = await visit('/changes/rotation').expect(200);
    const next = cookiePair(answer, 'sid');
    expect(next).not.toBe(cookie);
    expect(setCookie(answer, 'sid')).toMatch(/HttpOnly/);
    await visit('/api/v1/auth/me', next).expect(200);
    await visit('/api/v1/auth/me').expect(401);
  });

  it('gets no cookie for an empty session', async () => {
    const { visit } = await browser('emptier');
    const answer = await visit('/changes/session').expect(200);
    expect(setCookie(answer, 'sid')).toBeUndefined();
    await visit('/api/v1/auth/me').expect(401);
  });

  it('is a guest with any other signature, or after its session ended', async () => {
    const { cookie, visit } = await browser('victim');
    const last = cookie.at(-1) === 'A' ? 'B' : 'A';
    await visit('/api/v1/auth/me', cookie.slice(0, -1) + last).expect(401);
    await app.agent().set('Cookie', cookie).post('/api/v1/auth/logout').expect(204);
    engine().calls.length = 0;
    await visit('/api/v1/auth/me').expect(401);
    expect(engine().calls).toEqual(['load']);
  });
});

describe('A request without a cookie', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start(
      { BASE_URL: 'https://example.com', TRUST_PROXY: '1' },
      [],
      applicationWith(ChangesModule),
    );
  });
  afterAll(() => app.close());

  const visit = (path: string) => app.agent().get(path).set('X-Forwarded-Proto', 'https');

  it('gets a cookie when a session is stored for it', async () => {
    const answer = await visit('/open/value').expect(200);
    expect(answer.body).toEqual({ kept: {} });
    expect(setCookie(answer, '__Host-sid')).toMatch(/HttpOnly; Secure/);
    const again = await visit('/open/value').set('Cookie', cookiePair(answer, '__Host-sid')).expect(200);
    expect(again.body).toEqual({ kept: { seen: 'by a guest' } });
    expect(setCookie(again, '__Host-sid')).toBeUndefined();
  });

  it('gets no cookie for a page, nor over plain HTTP', async () => {
    expect((await visit('/users/login').expect(200)).headers).not.toHaveProperty('set-cookie');
    const plain = await app.agent().get('/open/value').expect(200);
    expect(plain.headers).not.toHaveProperty('set-cookie');
  });
});
