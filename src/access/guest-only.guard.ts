import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { kindOf } from '../http/request-of';
import { AlreadyLoggedIn, LoginRequired } from './access-errors';
import { principalOf } from './principal-of';
import { refusal } from './refusal';

/** Sends a logged-in user away from pages that are for guests: signing up, logging in. */
@Injectable()
export class GuestOnlyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (principalOf(context)) throw refusal(context, new AlreadyLoggedIn());
    if (kindOf(context) === undefined) throw new LoginRequired(); // whether it is a guest cannot be told
    return true;
  }
}
