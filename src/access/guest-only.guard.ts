import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import type { Request } from 'express';
import { AlreadyLoggedIn } from './access-errors';

/** Sends a logged-in user away from pages that are for guests: signing up, logging in. */
@Injectable()
export class GuestOnlyGuard implements CanActivate {
  canActivate(context: ExecutionContext): boolean {
    if (context.switchToHttp().getRequest<Request>().principal) throw new AlreadyLoggedIn();
    return true;
  }
}
