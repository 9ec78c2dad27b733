import { Injectable, type NestMiddleware } from '@nestjs/common';
import { type RequestContext, responseTo } from '../http/request-context';
import { Identification } from '../access/principal';
import { EngineStore, promisify } from '../sessions/engine-store';
import { SessionCookie } from '../sessions/session-cookie';
import { CurrentUserMiddleware } from './current-user.middleware';
import { EndedSessionMiddleware } from './ended-session.middleware';
import { RememberMeMiddleware } from '../sessions/remember-me/remember-me';

/** Runs the authentication middleware again. */
@Injectable()
export class RepeatedAuthentication extends Identification {
  constructor(
    private readonly store: EngineStore,
    private readonly cookie: SessionCookie,
    private readonly rememberMe: RememberMeMiddleware,
    private readonly currentUser: CurrentUserMiddleware,
    private readonly endedSession: EndedSessionMiddleware,
  ) {
    super();
  }

  async repeat(request: RequestContext): Promise<void> {
    // If this request's remember-me token started the session, that token is used up.
    const mayBeRecalled = this.cookie.verifiedId(request) === request.sessionID;
    const isLive = await this.store.reattach(request);
    if (!isLive && mayBeRecalled) await take(this.rememberMe, request);
    await take(this.currentUser, request);
    await take(this.endedSession, request);
  }
}

const take = (step: NestMiddleware, request: RequestContext): Promise<void> =>
  promisify((done) => {
    const taken: unknown = step.use(request, responseTo(request), done);
    if (taken instanceof Promise) taken.catch(done);
  });
