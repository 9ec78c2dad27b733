import { Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { isPageRequest } from '../../common/page-request';
import { FLASHES } from '../../flash/catalogue';
import { FlashService } from '../../flash/flash-service';
import { RememberFamilies } from '../../sessions/remember-families';
import { SessionService } from '../../sessions/session-service';
import { RememberCookie } from './remember-cookie';

/** Keeps a device logged in beyond its session, if its user ticked the box. */
@Injectable()
export class RememberMe {
  constructor(
    private readonly families: RememberFamilies,
    private readonly cookie: RememberCookie,
    private readonly sessions: SessionService,
    private readonly flashes: FlashService,
  ) {}

  /** After a log-in: whoever was remembered on this browser before is not any more. */
  async remember(request: Request, userId: number): Promise<void> {
    const { token, expiresAt } = await this.families.create(userId);
    request.session.familyId = token.selector;
    this.cookie.write(request, token, expiresAt);
  }

  /** At log-out, and before a log-in. */
  async forget(request: Request): Promise<void> {
    const token = this.cookie.read(request);
    if (!token) return;
    await this.sessions.endFamily(token.selector, 'logged_out'); // those of parallel tabs as well
    this.cookie.clear(request);
  }

  /** Logs in whoever this browser remembers; not as strongly as by a password, which is asked for where it matters. */
  async recall(request: Request): Promise<void> {
    const token = this.cookie.read(request);
    if (!token) return;
    const use = await this.families.use(token);
    if (use.kind === 'renewed') this.cookie.write(request, use.token, use.expiresAt);
    if (use.kind === 'unknown' || use.kind === 'stolen') this.cookie.clear(request);
    if (use.kind === 'stolen') {
      await this.sessions.endFamily(token.selector, 'theft');
      request.endReason = 'theft';
      if (isPageRequest(request)) this.flashes.add(request, FLASHES.theft);
    }
    if (use.kind === 'renewed' || use.kind === 'parallel') {
      await this.sessions.resume(request, use.userId, token.selector);
    }
  }
}
