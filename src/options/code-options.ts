import type { Type } from '@nestjs/common';
import type { HelmetOptions } from 'helmet';
import type { ConnectionOptions as TlsOptions } from 'node:tls';

/** Headers of every response. */
export interface HeaderOptions {
  /** Directives of the Content-Security-Policy in place of ours, such as `{ scriptSrc: ["'self'", 'https://cdn.example'] }`; or false: none. */
  csp?: Record<string, string[]> | false;
  /** Options of helmet in place of ours; false: none of its headers, nor the policy. */
  helmet?: Omit<HelmetOptions, 'contentSecurityPolicy'> | false;
}

/** Of a PostgreSQL server in `database.url`. */
export interface PostgresOptions {
  /** In place of `sslmode` and the files of the URL: whether to use TLS, or how, as pg takes it. */
  ssl?: boolean | TlsOptions;
  /** Of Latchkey's tables; created if it is missing. In place of the URL's parameter `schema`. */
  schema?: string;
}

/** How pages look. Paths on this site, such as `/brand/logo.svg`, that the application serves. */
export interface BrandOptions {
  /** In the header of every page, 30 pixels high and wide. */
  logo?: string;
  /** After Latchkey's own, so that their rules win. */
  stylesheets?: string[];
}

/** Options that have no environment variable. The modules that create the classes know their types. */
export class CodeOptions {
  userStore?: Type<unknown> | undefined;
  sessionEngine?: Type<unknown> | undefined;
  passwordHasher?: Type<unknown> | undefined;
  mailer?: Type<unknown> | undefined;
  throttleStore?: Type<unknown> | undefined;
  backends?: Type<unknown>[] | undefined;
  headers?: HeaderOptions | undefined;
  database?: PostgresOptions | undefined;
  brand: BrandOptions = {};
}
