import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { kindOf } from '../http/request-context';
import { AlreadyLoggedIn, LoginRequired, refusal } from './access-errors';
import { principalOf } from './principal';

/** Keeps logged-in users away from guest pages such as sign-up and log-in. */
@Injectable()
export class GuestOnlyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (principalOf(context)) throw refusal(context, new AlreadyLoggedIn());
    if (kindOf(context) === undefined) throw new LoginRequired(); // unknown transport: fail closed
    return true;
  }
}
