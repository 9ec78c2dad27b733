import { type CanActivate, type ExecutionContext, Injectable } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { isLatchkeyRoute } from '../http/latchkey-routes';
import { kindOf, requestOf } from '../http/request-context';
import { Reach } from '../options/reach';
import { LoginRequired, refusal } from './access-errors';
import { principalOf } from './principal';
import { IS_PUBLIC } from './decorators';

/** Admits logged-in users, and guests where a route is `@Public()`. */
@Injectable()
export class LoggedInGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    if (principalOf(context) || this.isPublic(context)) return true;
    throw refusal(context, new LoginRequired(requestOf(context)?.endReason, context.getHandler()));
  }

  private isPublic(context: ExecutionContext): boolean | undefined {
    if (kindOf(context) === undefined) return false; // unknown transport: fail closed
    return this.reflector.getAllAndOverride(IS_PUBLIC, [context.getHandler(), context.getClass()]);
  }
}

/** Closes every route that is not `@Public()` (ASVS 5.0: 8.2.1); with `guards: 'manual'`, only Latchkey's own. */
@Injectable()
export class EveryRouteGuard extends LoggedInGuard {
  constructor(
    reflector: Reflector,
    private readonly reach: Reach,
  ) {
    super(reflector);
  }

  override canActivate(context: ExecutionContext): boolean {
    const isOpen = this.reach.guards === 'manual' && !isLatchkeyRoute(context.getClass());
    return isOpen || super.canActivate(context);
  }
}
