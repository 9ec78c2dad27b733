import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { requestOf } from '../../http/request-context';
import { Clock } from '../../options/clock';
import { LoginRequired, ReauthenticationRequired, refusal } from '../access-errors';
import { principalOf } from '../principal';
import { hasRecentStepUp } from './step-up';

/**
 * Admits users who entered their password in the last 10 minutes (ASVS 5.0: 7.5.1). An attacker at an
 * unattended session or a remembered device cannot take dangerous actions.
 */
@Injectable()
export class StepUpGuard implements CanActivate {
  constructor(private readonly clock: Clock) {}

  canActivate(context: ExecutionContext): boolean {
    const principal = principalOf(context);
    const handler = context.getHandler();
    if (!principal) throw refusal(context, new LoginRequired(requestOf(context)?.endReason, handler));
    if (!hasRecentStepUp(this.clock, principal))
      throw refusal(context, new ReauthenticationRequired(handler));
    return true;
  }
}
