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

const ACTION = Symbol('what a source may do only so often');

/** Refuses a source that has to wait before its body is validated, which is more work than to ask. */
@Injectable()
class UnthrottledSourceGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly throttle: Throttle,
  ) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const action = this.reflector.get<SourceAction>(ACTION, context.getHandler());
    await this.throttle.ask(context.switchToHttp().getRequest<Request>(), action);
    return true;
  }
}

/** The handler counts the action itself, once its input is accepted. */
export const UnlessThrottled = (action: SourceAction) =>
  applyDecorators(SetMetadata(ACTION, action), UseGuards(UnthrottledSourceGuard));
