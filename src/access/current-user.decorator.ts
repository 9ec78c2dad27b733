import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Principal } from './principal';
import { principalOf } from './principal-of';

/** The logged-in user of this call (what Flask keeps in `g`), or null on a public route with no one logged in. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal | null =>
  principalOf(context),
);
