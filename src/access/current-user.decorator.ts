import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { Principal } from './principal';
import { principalOf } from './principal-of';

/** The principal of this call (Flask keeps it in `g`), or null for a guest on a public route. */
export const CurrentUser = createParamDecorator((_: unknown, context: ExecutionContext): Principal | null =>
  principalOf(context),
);
