import type { Type } from '@nestjs/common';

/** The application's own kind of users. `src/users/` checks the classes and knows their types. */
export class UserModel {
  entity?: Type<unknown> | undefined;
  signUp?: Type<unknown> | undefined;
  principal?: ((user: never) => object) | undefined;
}
