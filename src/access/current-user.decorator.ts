import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import type { Principal } from './principal';

/** The logged-in user of this request (what Flask keeps in `g`), or null on a public route with no one logged in. */
export const CurrentUser = createParamDecorator(
  (_: unknown, context: ExecutionContext): Principal | null =>
    context.switchToHttp().getRequest<Request>().principal,
);
