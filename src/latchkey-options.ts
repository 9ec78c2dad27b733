import type { ConfigurableModuleAsyncOptions, ModuleMetadata, NestMiddleware, Type } from '@nestjs/common';
import type { PasswordHasher } from './auth/passwords/password-hasher';
import type { MigrationClass } from './database/data-source-options';
import type { Mailer } from './mail/mailer';
import { CodeOptions, type HeaderOptions } from './options/code-options';
import { SettingsError } from './options/load-settings';
import type { SessionOptions, SettingOptions } from './options/option-settings';
import type { Reach } from './options/reach';
import type { SessionEngine } from './sessions/session-engine';
import type { AuthenticationBackend } from './users/authentication-backend';
import type { UserStore } from './users/user-store';

/** Options that `forRootAsync` may compute. Classes replace Latchkey's own. */
export interface LatchkeyOptions extends Omit<SettingOptions, 'session'> {
  session?: Omit<SessionOptions, 'store'> & { store?: SessionOptions['store'] | Type<SessionEngine> };
  users?: SettingOptions['users'] & { store?: Type<UserStore> };
  passwords?: SettingOptions['passwords'] & { hasher?: Type<PasswordHasher> };
  mail?: SettingOptions['mail'] & { mailer?: Type<Mailer> };
  /** Default: `[PasswordBackend]`, the passwords that Latchkey keeps. Asked in order until one knows the user. */
  authentication?: { backends?: Type<AuthenticationBackend>[] };
  headers?: HeaderOptions;
}

/** Features with routes, pages or jobs of their own. All are on unless they are false. */
export interface LatchkeyFeatures {
  account?: boolean;
  apiDocs?: boolean;
  audit?: boolean;
  health?: boolean;
  notices?: boolean;
  wellKnown?: boolean;
}

/** Options that decide which modules and routes there are, so they are known before anything starts. */
export interface LatchkeyStructure {
  features?: LatchkeyFeatures;
  /** False: no pages of Latchkey. `useLatchkeyViews` then throws, and the start says nothing about them. */
  pages?: boolean;
  /** 'manual' leaves the application's routes open unless a guard closes them. Default: 'global'. */
  guards?: Reach['guards'];
  /**
   * 'global' also validates the input of the application's routes, and answers all their errors by pages and problems.
   * Default: 'latchkey', only those of Latchkey's routes.
   */
  errors?: Reach['errors'];
  /** Of the application's own tables. */
  migrations?: MigrationClass[];
  /** Classes with methods such as `@BeforeSignUp()`, called in this order. See docs/hooks.md. */
  hooks?: Type[];
  /** Modules whose providers the replacing classes and hooks inject. */
  imports?: ModuleMetadata['imports'];
  /** The middlewares before every route. Default: `REQUEST_PIPELINE`. */
  steps?: readonly Type<NestMiddleware>[];
}

/** `useFactory` with `inject`, or another of Nest's ways; beside it, what decides about modules and routes. */
export type LatchkeyAsyncOptions = ConfigurableModuleAsyncOptions<LatchkeyOptions> & LatchkeyStructure;

/** Options that may be classes, and what each replaces. */
const CLASSES = [
  { group: 'session', name: 'store', replaces: 'sessionEngine', isAlsoText: true },
  { group: 'users', name: 'store', replaces: 'userStore', isAlsoText: false },
  { group: 'passwords', name: 'hasher', replaces: 'passwordHasher', isAlsoText: false },
  { group: 'mail', name: 'mailer', replaces: 'mailer', isAlsoText: false },
] as const;

type Group = Record<string, unknown>;

/** Options as they come, so their types may be wrong. @throws SettingsError */
export function separate(options: LatchkeyOptions): { settings: SettingOptions; code: CodeOptions } {
  const { authentication, headers, ...others } = options;
  requireBackends(authentication);
  requireHeaders(headers);
  const settings: Record<string, unknown> = others;
  const code = Object.assign(new CodeOptions(), { headers, backends: authentication?.backends });
  for (const { group, name, replaces, isAlsoText } of CLASSES) {
    const { [name]: value, ...rest } = (settings[group] ?? {}) as Group;
    if (value === undefined || (isAlsoText && typeof value === 'string')) continue;
    if (typeof value !== 'function') throw new SettingsError([`${group}.${name} may be a class`]);
    settings[group] = rest;
    code[replaces] = value as Type;
  }
  return { settings, code };
}

function requireBackends(authentication: unknown): void {
  if (authentication === undefined) return;
  if (authentication === null || typeof authentication !== 'object')
    throw new SettingsError(['authentication may be an object of options']);
  requireKnown(Object.keys(authentication), ['backends'], 'authentication.');
  const { backends } = authentication as { backends?: unknown };
  if (backends !== undefined && (!isListOfClasses(backends) || backends.length === 0))
    throw new SettingsError(['authentication.backends may be a list of one or more classes']);
}

export const isListOfClasses = (value: unknown): value is Type[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'function');

function requireHeaders(headers: unknown): void {
  if (headers === undefined) return;
  if (headers === null || typeof headers !== 'object')
    throw new SettingsError(['headers may be an object of options']);
  requireKnown(Object.keys(headers), ['csp', 'helmet'], 'headers.');
}

/** @throws SettingsError */
export function requireKnown(names: string[], known: string[], prefix: string): void {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new SettingsError(unknown.map((name) => `${prefix}${name} is not an option`));
}
