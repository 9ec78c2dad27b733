import { Injectable, Module } from '@nestjs/common';
import { EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import type { SecurityEvent } from '../../src/events/bus/security-event';
import { ExpiredSessions } from '../../src/sessions/expired-sessions';
import { UsersService } from '../../src/users/users-service';
import { applicationWith, PASSWORD, TestApp } from '../support/app';
import { cookiePair, submit } from '../support/page';

/** A listener as an application would add it. */
@Injectable()
class Listener {
  readonly heard: SecurityEvent[] = [];

  @OnEvent('**')
  hear(event: SecurityEvent): void {
    this.heard.push(event);
  }

  @OnEvent('session.ended')
  fail(): void {
    throw new Error('A listener that fails');
  }
}

@Module({ imports: [EventEmitterModule.forRoot({ wildcard: true })], providers: [Listener] })
class ListeningModule {}

describe('Security events are published', () => {
  let app: TestApp;
  let id: number;

  beforeEach(async () => {
    app = await TestApp.start({ SESSION_LIMIT: '2' }, [], applicationWith(ListeningModule));
    id = await app.signUp('ada');
  });
  afterEach(() => app.close());

  const heard = () => app.app.get(Listener, { strict: false }).heard;
  const named = (name: string) => heard().filter((event) => event.name === name);
  const reasons = () =>
    named('session.ended').map(
      ({ details }) => (details as SecurityEvent<'session.ended'>['details']).reason,
    );
  const logIn = (password = PASSWORD, username = 'ada') =>
    app.agent().post('/api/v1/auth/login').send({ username, password, remember: true });

  it('for a log-in, with the request and its source', async () => {
    const answer = await logIn().set('User-Agent', 'Reading Room/1.0').expect(200);
    expect(named('auth.loggedIn')).toEqual([
      {
        name: 'auth.loggedIn',
        at: expect.any(Number) as number,
        actorId: null,
        sessionIdHash: null,
        requestId: answer.headers['x-request-id'],
        ip: expect.stringMatching(/127\.0\.0\.1$/) as string,
        userAgent: 'Reading Room/1.0',
        details: {
          userId: id,
          isRemembered: true,
          isNewDevice: true,
          sessionIdHash: expect.stringMatching(/^[\w-]{43}$/) as string,
        },
      },
    ]);
  });

  it('for a failed log-in, of a known or an unknown user', async () => {
    await logIn('wrong').expect(401);
    await logIn('wrong', 'unknown').expect(401);
    expect(named('auth.loginFailed').map(({ details }) => details)).toEqual([
      { userId: id },
      { userId: null },
    ]);
  });

  it('for every change of an account, with the acting user and session', async () => {
    const agent = await app.loggedIn('ada');
    const { sessionIdHash } = named('auth.loggedIn')[0].details as { sessionIdHash: string };
    const path = `/api/v1/users/${id}`;
    await agent.patch(path).send({ username: 'ada' }).expect(200);
    await agent.patch(path).send({ username: 'Countess' }).expect(200);
    const newPassword = 'another horse, another staple';
    await agent.post('/api/v1/auth/password').send({ currentPassword: PASSWORD, newPassword }).expect(204);
    await agent.delete(path).expect(204);
    const users = app.app.get(UsersService, { strict: false });
    const graceId = await app.signUp('grace');
    await users.disable(graceId);
    await users.enable(graceId);

    const ofAccounts = heard().filter(({ name }) => /^(user|password)\./.test(name));
    const byOwner = { actorId: id, requestId: expect.any(String) as string, details: { userId: id } };
    const byNobody = { actorId: null, sessionIdHash: null, details: { userId: graceId } };
    expect(ofAccounts).toMatchObject([
      { name: 'user.signedUp', actorId: null, sessionIdHash: null, details: { userId: id } },
      { name: 'user.renamed', ...byOwner, sessionIdHash },
      { name: 'password.changed', ...byOwner, sessionIdHash },
      { name: 'user.deleted', ...byOwner },
      { name: 'user.signedUp', ...byNobody },
      { name: 'user.disabled', ...byNobody, requestId: null, ip: null, userAgent: null },
      { name: 'user.enabled', ...byNobody },
    ]);
  });

  it('for a refused authorization, with the route pattern and the user', async () => {
    const agent = await app.loggedIn('ada');
    await agent.get('/users/424242/edit').set('Accept', 'text/html').expect(303);
    await agent.delete('/api/v1/users/424242').expect(403);
    await agent.delete(`/api/v1/users/${id}`).set('Origin', 'https://elsewhere.example').expect(403);
    await app.agent().get('/users/424242/edit').expect(303); // a guest is asked to log in; that is not a refusal

    expect(named('access.denied').map(({ details }) => details)).toEqual([
      { userId: id, because: 'owner', method: 'GET', route: '/users/:id/edit' },
      { userId: id, because: 'owner', method: 'DELETE', route: '/api/v1/users/:id' },
      { userId: id, because: 'origin', method: 'DELETE', route: null },
    ]);
    expect(JSON.stringify(named('access.denied'))).not.toContain('424242');
  });

  it.each([
    ['logged_out', async () => submit(await app.loggedIn('ada'), '/users/logout')],
    [
      'revoked',
      async () => (await app.loggedIn('ada'), (await app.loggedIn('ada')).delete('/api/v1/auth/sessions')),
    ],
    [
      'evicted',
      async () => [await app.loggedIn('ada'), await app.loggedIn('ada'), await app.loggedIn('ada')],
    ],
  ])('tell of a session that ended: %s', async (reason, end) => {
    await end();
    expect(reasons()).toEqual([reason]);
    expect(named('session.ended')[0]).toMatchObject({
      requestId: expect.any(String) as string,
      details: { userId: id, publicId: expect.stringMatching(/^[\w-]{22}$/) as string },
    });
  });

  it('once for an expired session, at its next request or by the purge', async () => {
    const agent = await app.loggedIn('ada');
    await app.loggedIn('ada');
    app.clock.advance(31 * 60_000);
    await agent.get('/api/v1/auth/me').expect(401);
    await agent.get('/api/v1/auth/me').expect(401);
    expect(reasons()).toEqual(['idle']);
    await app.app.get(ExpiredSessions, { strict: false }).purge();
    expect(reasons()).toEqual(['idle', 'idle']);
  });

  it('but not for a new ID of the same session', async () => {
    const agent = await app.loggedIn('ada');
    await agent.post('/api/v1/auth/login').send({ username: 'ada', password: PASSWORD }).expect(200);
    expect(reasons()).toEqual([]);
  });

  it('for a session that ends because another user logs in with its browser', async () => {
    const agent = await app.loggedIn('ada');
    await app.signUp('grace');
    await agent.post('/api/v1/auth/login').send({ username: 'grace', password: PASSWORD }).expect(200);
    expect(named('session.ended')).toMatchObject([{ details: { userId: id, reason: 'logged_out' } }]);
  });

  it('for a remembered device that returns, and for a replayed token', async () => {
    const remember = cookiePair(await logIn().expect(200), 'remember');
    const recall = (cookie = remember) => app.agent().set('Cookie', cookie).get('/api/v1/auth/me');
    const recalled = await recall().expect(200);
    expect(named('auth.recalled')).toHaveLength(1);
    await recall(`${cookiePair(recalled, 'sid')}; ${cookiePair(recalled, 'remember')}`).expect(200); // the new token was used
    app.clock.advance(60_000);
    await recall().expect(401);
    expect(named('rememberMe.tokenReplayed')).toMatchObject([{ details: { userId: id } }]);
    expect(reasons()).toContain('theft');
  });

  it('without any secret ID, token or password', async () => {
    const answer = await logIn().expect(200);
    await logIn('a wrong but secret password').expect(401);
    const text = JSON.stringify(heard());
    for (const name of ['sid', 'remember']) {
      const [value] = decodeURIComponent(cookiePair(answer, name).split('=')[1]).replace('s:', '').split('.');
      if (name === 'sid') expect(text).not.toContain(value);
      expect(text).not.toContain(cookiePair(answer, name).split('.')[1]);
    }
    expect(text).not.toContain('password');
  });
});
