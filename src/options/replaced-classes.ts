import type { Type } from '@nestjs/common';

/** The application's classes in place of ours. The modules that create them know their types. */
export class ReplacedClasses {
  userStore?: Type<unknown> | undefined;
  sessionEngine?: Type<unknown> | undefined;
  passwordHasher?: Type<unknown> | undefined;
  mailer?: Type<unknown> | undefined;
}
