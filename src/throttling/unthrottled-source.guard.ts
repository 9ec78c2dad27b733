import {
  applyDecorators,
  type CanActivate,
  type ExecutionContext,
  Injectable,
  SetMetadata,
  UseGuards,
} from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { type SourceAction, Throttle } from './throttle';

export const THROTTLED_ACTION = Symbol('what a source may do only so often');

/** Refuses a blocked source before validating its body, because validation costs more than this check. */
@Injectable()
export class UnthrottledSourceGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly throttle: Throttle,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const action = this.reflector.get<SourceAction>(THROTTLED_ACTION, context.getHandler());
    await this.throttle.requireUnblocked(context.switchToHttp().getRequest<Request>(), action);
    return true;
  }
}

/** The handler itself counts the action after validation. */
export const UnlessThrottled = (action: SourceAction) =>
  applyDecorators(SetMetadata(THROTTLED_ACTION, action), UseGuards(UnthrottledSourceGuard));
