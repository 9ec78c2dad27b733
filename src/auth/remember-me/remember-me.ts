import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { RememberCookie } from '../../sessions/remember-cookie';
import { RememberFamilies } from '../../sessions/remember-families';
import { SessionService } from '../../sessions/session-service';
import { EndNotice } from '../end-notice';

/** Logs in whoever a browser remembers. */
@Injectable()
export class RememberMe {
  constructor(
    private readonly families: RememberFamilies,
    private readonly cookie: RememberCookie,
    private readonly sessions: SessionService,
    private readonly notice: EndNotice,
  ) {}

  /** Not as strong as a log-in by password, which is asked for where it matters. */
  async recall(request: Request): Promise<void> {
    if (!this.cookie.isSent(request)) return;
    const token = this.cookie.read(request);
    const use = token ? await this.families.use(token) : ({ kind: 'unknown' } as const);

    if (use.kind === 'renewed') this.cookie.write(request, use.token, use.expiresAt);
    else if (use.kind !== 'parallel') this.cookie.clear(request);

    if (token && (use.kind === 'renewed' || use.kind === 'parallel')) {
      await this.sessions.resume(request, use.userId, token.selector);
    }
    if (token && use.kind === 'stolen') {
      await this.sessions.endFamily(token.selector, 'theft');
      this.notice.give(request, 'theft');
    }
    if (use.kind === 'ended') this.notice.give(request, use.reason);
  }
}
