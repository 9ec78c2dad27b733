import type { Type } from '@nestjs/common';

/** The application's classes in place of ours. */
export class ReplacedClasses {
  userStore?: Type | undefined;
  sessionEngine?: Type | undefined;
  passwordHasher?: Type | undefined;
  mailer?: Type | undefined;
}
