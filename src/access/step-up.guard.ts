import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { LoginRequired, ReauthenticationRequired } from './access-errors';
import { RecentLogin } from './recent-login';

/**
 * Lets through whose password was given in the last 10 minutes (ASVS 5.0: 7.5.1). Others give it again first: a
 * session that was left open, or a remembered device, does not do what is dangerous.
 */
@Injectable()
export class StepUpGuard implements CanActivate {
  constructor(private readonly recentLogin: RecentLogin) {}

  canActivate(context: ExecutionContext): boolean {
    const { principal, endReason } = context.switchToHttp().getRequest<Request>();
    if (!principal) throw new LoginRequired(endReason, context.getHandler());
    if (!this.recentLogin.isRecent(principal)) throw new ReauthenticationRequired(context.getHandler());
    return true;
  }
}
