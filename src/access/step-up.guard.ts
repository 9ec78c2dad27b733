import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { requestOf } from '../http/request-of';
import { LoginRequired, ReauthenticationRequired } from './access-errors';
import { principalOf } from './principal-of';
import { RecentStepUp } from './recent-step-up';
import { refusal } from './refusal';

/**
 * Lets through whose password was given in the last 10 minutes (ASVS 5.0: 7.5.1). Others give it again first: a
 * session that was left open, or a remembered device, does not do what is dangerous.
 */
@Injectable()
export class StepUpGuard implements CanActivate {
  constructor(private readonly recentLogin: RecentStepUp) {}

  canActivate(context: ExecutionContext): boolean {
    const principal = principalOf(context);
    const handler = context.getHandler();
    if (!principal) throw refusal(context, new LoginRequired(requestOf(context)?.endReason, handler));
    if (!this.recentLogin.isRecent(principal)) throw refusal(context, new ReauthenticationRequired(handler));
    return true;
  }
}
