import { RememberFamilies, type RememberToken, type TokenUse } from '../../src/sessions/remember-families';
import { PASSWORD, TestApp } from '../support/app';
import { setCookie } from '../support/page';
import { countSessions } from '../support/probes';

/** The real families, and a user who revokes everything right after the device sends its token. */
class EndedInThatMoment extends RememberFamilies {
  override async use(token: RememberToken): Promise<TokenUse> {
    const use = await super.use(token);
    if (use.kind === 'renewed') await this.endAllOf(use.owner.id, 'revoked');
    return use;
  }
}

describe('A remembered device whose family ends while it is being logged in', () => {
  it('is not logged in, and leaves no live session', async () => {
    const app = await TestApp.start({}, [{ token: RememberFamilies, useClass: EndedInThatMoment }]);
    await app.signUp('ada');
    const credentials = { username: 'ada', password: PASSWORD, remember: 'on' };
    const login = await app.agent().post('/users/login').type('form').send(credentials).expect(303);
    const remember = setCookie(login, 'remember')?.split(';')[0] ?? '';

    await app.agent().get('/users/welcome').set('Cookie', remember).expect(303);
    expect(await countSessions(app, 'user_id IS NOT NULL AND ended_at IS NULL')).toBe(1); // the session of the log-in
    await app.close();
  });
});
