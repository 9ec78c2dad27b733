import type { Type } from '@nestjs/common';
import type { HelmetOptions } from 'helmet';

/** Headers of every response. */
export interface HeaderOptions {
  /** Directives of the Content-Security-Policy in place of ours, such as `{ scriptSrc: ["'self'", 'https://cdn.example'] }`; or false: none. */
  csp?: Record<string, string[]> | false;
  /** Options of helmet in place of ours; false: none of its headers, nor the policy. */
  helmet?: Omit<HelmetOptions, 'contentSecurityPolicy'> | false;
}

/** Options that have no environment variable. The modules that create the classes know their types. */
export class CodeOptions {
  userStore?: Type<unknown> | undefined;
  sessionEngine?: Type<unknown> | undefined;
  passwordHasher?: Type<unknown> | undefined;
  mailer?: Type<unknown> | undefined;
  backends?: Type<unknown>[] | undefined;
  headers?: HeaderOptions | undefined;
}
