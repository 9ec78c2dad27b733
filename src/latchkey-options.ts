import type { ConfigurableModuleAsyncOptions, ModuleMetadata, NestMiddleware, Type } from '@nestjs/common';
import type { PasswordHasher } from './auth/passwords/password-hasher';
import { LATCHKEY_DATA_SOURCE } from './database/data-source-name';
import type { MigrationClass } from './database/data-source-options';
import type { Mailer } from './mail/mailer';
import {
  CodeOptions,
  type BrandOptions,
  type HeaderOptions,
  type PostgresOptions,
} from './options/code-options';
import { SettingsError } from './options/load-settings';
import type { SessionOptions, SettingOptions } from './options/option-settings';
import type { Reach } from './options/reach';
import type { SessionEngine } from './sessions/session-engine';
import type { PrincipalFields } from './access/principal-fields';
import type { Principal } from './access/principal';
import type { Permission, Role } from './access/roles';
import type { SignupDto } from './users/dto/signup.dto';
import type { User } from './users/user.entity';
import type { AuthenticationBackend } from './users/authentication-backend';
import type { ThrottleStore } from './throttling/throttle-store';
import type { UserStore } from './users/user-store';

/** Options that `forRootAsync` may compute. Classes replace Latchkey's own. */
export interface LatchkeyOptions extends Omit<SettingOptions, 'session' | 'throttle'>, BrandOptions {
  session?: Omit<SessionOptions, 'store'> & { store?: SessionOptions['store'] | Type<SessionEngine> };
  database?: SettingOptions['database'] & PostgresOptions;
  users?: SettingOptions['users'] & { store?: Type<UserStore> };
  passwords?: SettingOptions['passwords'] & { hasher?: Type<PasswordHasher> };
  mail?: SettingOptions['mail'] & { mailer?: Type<Mailer> };
  /** Default: `[PasswordBackend]`, the passwords that Latchkey keeps. Asked in order until one knows the user. */
  authentication?: { backends?: Type<AuthenticationBackend>[] };
  headers?: HeaderOptions;
  /** False: off. With a `store`, its class counts in place of the database. */
  throttle?: boolean | { store: Type<ThrottleStore> };
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

/** In place of a database that Latchkey opens by an address. */
export interface DataSourceOption {
  /** The name of a TypeORM DataSource of the application, `default` for the one without a name. */
  dataSource?: string;
  /** False: the application has `LATCHKEY_MIGRATIONS` among its own migrations. Default: Latchkey runs them. */
  migrate?: boolean;
}

/** The application's own kind of users. */
export interface UserOptions {
  /** A class that extends `User`, with own columns: `@Entity('users') class Employee extends User`. */
  entity?: Type<User>;
  /** A class that extends `SignupDto`, with fields for own columns: the form, the API and its description follow it. */
  signUp?: Type<SignupDto>;
  /** Own fields of `Principal`. Runs for each request, so it is not async; the user has no password hash there. */
  principal?(
    user: User,
  ): PrincipalFields & { [name in keyof Omit<Principal, keyof PrincipalFields>]?: never };
}

/** Options that decide which modules and routes there are, so they are known before anything starts. */
export interface LatchkeyStructure {
  /** In front of the paths of Latchkey's pages and API, such as `/auth`. Default: ''. See docs/base-path.md. */
  basePath?: string;
  database?: DataSourceOption;
  users?: UserOptions;
  /** Roles of users besides `user` and `admin`. */
  roles?: Exclude<Role, 'user' | 'admin'>[];
  /** What users of a role may do, for `@RequirePermission`. */
  permissions?: Partial<Record<Role, Permission[]>>;
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

/** Groups in which some options are structure. The others are settings, or classes that `forRootAsync` may compute. */
export const STRUCTURE_OF = {
  database: { dataSource: undefined, migrate: undefined } satisfies Record<keyof DataSourceOption, undefined>,
  users: { entity: undefined, signUp: undefined, principal: undefined } satisfies Record<
    keyof UserOptions,
    undefined
  >,
};

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
  const { authentication, headers, logo, stylesheets, ...others } = options;
  requireBackends(authentication);
  requireHeaders(headers);
  requireBrand(logo, stylesheets);
  requireNoStructure(options);
  const settings: Record<string, unknown> = others;
  const code = Object.assign(new CodeOptions(), {
    headers,
    backends: authentication?.backends,
    brand: { ...(logo && { logo }), ...(stylesheets && { stylesheets }) },
  });
  if (isObject(options.database)) {
    const { ssl, schema, ...database } = options.database;
    requirePostgres(ssl, schema);
    settings.database = database;
    code.database = { ssl, schema };
  }
  if (isObject(options.throttle)) {
    const { store } = options.throttle;
    requireKnown(Object.keys(options.throttle), ['store'], 'throttle.');
    if (typeof store !== 'function') throw new SettingsError(['throttle.store may be a class']);
    delete settings.throttle;
    code.throttleStore = store;
  }
  for (const { group, name, replaces, isAlsoText } of CLASSES) {
    const { [name]: value, ...rest } = (settings[group] ?? {}) as Group;
    if (value === undefined || (isAlsoText && typeof value === 'string')) continue;
    if (typeof value !== 'function') throw new SettingsError([`${group}.${name} may be a class`]);
    settings[group] = rest;
    code[replaces] = value as Type;
  }
  return { settings, code };
}

/** They come too late from `useFactory`. */
function requireNoStructure(options: LatchkeyOptions): void {
  const late = Object.entries(STRUCTURE_OF).flatMap(([group, known]) =>
    Object.keys((options as Record<string, object | undefined>)[group] ?? {})
      .filter((name) => Object.hasOwn(known, name))
      .map((name) => `${group}.${name} belongs beside useFactory`),
  );
  if (late.length > 0) throw new SettingsError(late);
}

function requireBackends(authentication: unknown): void {
  if (authentication === undefined) return;
  if (!isObject(authentication)) throw new SettingsError(['authentication may be an object of options']);
  requireKnown(Object.keys(authentication), ['backends'], 'authentication.');
  const { backends } = authentication as { backends?: unknown };
  if (backends !== undefined && (!isListOfClasses(backends) || backends.length === 0))
    throw new SettingsError(['authentication.backends may be a list of one or more classes']);
}

export const isListOfClasses = (value: unknown): value is Type[] =>
  Array.isArray(value) && value.every((each) => typeof each === 'function');

/** A single slash: two would name another host. */
const isPath = (value: unknown): boolean => typeof value === 'string' && /^\/(?!\/)[^\s\\]*$/.test(value);

function requireBrand(logo: unknown, stylesheets: unknown): void {
  if (logo !== undefined && !isPath(logo))
    throw new SettingsError(['logo may be a path on this site, such as /brand/logo.svg']);
  if (stylesheets !== undefined && !(Array.isArray(stylesheets) && stylesheets.every(isPath)))
    throw new SettingsError(['stylesheets may be a list of paths on this site, such as /brand/style.css']);
}

function requirePostgres(ssl: unknown, schema: unknown): void {
  if (ssl !== undefined && typeof ssl !== 'boolean' && !isObject(ssl))
    throw new SettingsError(['database.ssl may be true, false or an object of TLS options']);
  if (schema !== undefined && (typeof schema !== 'string' || !/^[^"\0]{1,63}$/.test(schema)))
    throw new SettingsError(['database.schema may be a name without a quotation mark']);
}

export const isObject = (value: unknown): value is object => typeof value === 'object' && value !== null;

function requireHeaders(headers: unknown): void {
  if (headers === undefined) return;
  if (!isObject(headers)) throw new SettingsError(['headers may be an object of options']);
  requireKnown(Object.keys(headers), ['csp', 'helmet'], 'headers.');
}

/** @returns the DataSource of the application, if `database` names one. @throws SettingsError */
export function hostOf(options: DataSourceOption = {}): Required<DataSourceOption> | undefined {
  const { dataSource, migrate } = options;
  requireKnown(Object.keys(options), Object.keys(STRUCTURE_OF.database), 'database.', ' here');
  if (dataSource === undefined) {
    if (migrate === undefined) return undefined;
    throw new SettingsError(['database.migrate needs a database.dataSource']);
  }
  if (typeof dataSource !== 'string' || dataSource === '' || dataSource === LATCHKEY_DATA_SOURCE)
    throw new SettingsError([
      `database.dataSource may be the name of a DataSource of the application, not ${LATCHKEY_DATA_SOURCE}`,
    ]);
  if (migrate !== undefined && typeof migrate !== 'boolean')
    throw new SettingsError(['database.migrate may be true or false']);
  return { dataSource, migrate: migrate ?? true };
}

/** For a database that a DataSource of the application leads to. @throws SettingsError */
export function requireNoAddress({ database }: LatchkeyOptions): void {
  const names = Object.keys(database ?? {});
  if (names.length > 0)
    throw new SettingsError(names.map((name) => `database.${name} cannot be beside database.dataSource`));
}

/** @throws SettingsError */
export function requireKnown(names: string[], known: string[], prefix: string, where = ''): void {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new SettingsError(unknown.map((name) => `${prefix}${name} is not an option${where}`));
}
