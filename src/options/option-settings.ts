import { distance } from 'fastest-levenshtein';
import { loadSettings, readEnvironment, readSettings, SettingsError } from './load-settings';
import type { Settings } from './settings';

/** Milliseconds, or a text with its unit: `500ms`, `90s`, `30m`, `12h`, `30d`. */
export type DurationOption = number | string;
/** Bytes, or a text with its unit: `64kB`, `1MB`. */
export type SizeOption = number | string;

export interface SessionOptions {
  /** The first signs, all verify. Production needs one; otherwise it is generated and kept in `dataDir`. */
  secret?: string | string[];
  store?: 'database' | 'redis' | 'memory';
  idleTimeout?: DurationOption;
  absoluteTimeout?: DurationOption;
  rememberFor?: DurationOption;
  rememberedDevices?: number;
  rememberedLogins?: number;
  perDevice?: number;
  /** Devices on which one user may be logged in. 0: no limit. */
  limit?: number;
  limitReached?: 'end-oldest' | 'refuse';
  /** How many sessions each process caches. 0: none. */
  cache?: number;
  maxSize?: SizeOption;
  redisUrl?: string;
  redisPrefix?: string;
}

/** Settings as options in code. docs/settings.md explains each under the name of its environment variable. */
export interface SettingOptions {
  /** In titles, pages and the API's description. */
  appName?: string;
  /** The address users see, with the path that a proxy removes, if any. Default: http://localhost and the variable PORT, or 3000. */
  baseUrl?: string;
  /** Other origins that may call the API with cookies: `['https://app.example.com']`. Never pages or forms. */
  origins?: string[];
  /** The domain that `baseUrl` and `origins` share, such as `example.com`. Cookies then stay SameSite=Lax. */
  siteDomain?: string;
  /** True: a log-in may ask for its session ID in the body, to send it as `Authorization: Bearer`. Default: false. */
  bearer?: boolean;
  /** The folder of the SQLite file, the generated secret and, without `mail.smtpUrl`, the mails. */
  dataDir?: string;
  /** Proxies whose forwarded headers are trusted: false, a number of hops, or their addresses. */
  trustProxy?: false | number | string;
  session?: SessionOptions;
  /** `url`: `sqlite:` and a path, or `postgres://…`. `pool`: connections of each process to PostgreSQL. */
  database?: { url?: string; pool?: number };
  users?: {
    /** 'closed': the routes to sign up answer 404, and accounts come from commands, backends and your code. */
    registration?: 'open' | 'closed';
    emailRequired?: boolean;
    /** Users must have confirmed an e-mail address to log in. */
    confirmedEmail?: boolean;
    /** The only domains of e-mail addresses, which then must be confirmed: `['example.com']`. */
    domains?: string[];
  };
  passwords?: {
    /** Of bcrypt. */
    cost?: number;
    minLength?: number;
    /** The first is used for new hashes, all verify. */
    pepper?: string | string[];
    queue?: number;
    queuePerSource?: number;
  };
  mail?: { smtpUrl?: string; from?: string };
  throttle?: boolean;
  audit?: { retention?: DurationOption; refusals?: number };
  eventStreams?: { limit?: number; perUser?: number; perSource?: number };
  securityContact?: string;
  /** Options whose production rule is lifted, such as `passwords.cost`. Each causes a warning at the start. */
  allowUnsafe?: string[];
}

/** Each option and the environment variable of the same setting. */
const VARIABLES: Record<string, string> = {
  appName: 'APP_NAME',
  baseUrl: 'BASE_URL',
  origins: 'ORIGINS',
  siteDomain: 'SITE_DOMAIN',
  bearer: 'BEARER',
  dataDir: 'DATA_DIR',
  trustProxy: 'TRUST_PROXY',
  'session.secret': 'SESSION_SECRET',
  'session.store': 'SESSION_STORE',
  'session.idleTimeout': 'SESSION_IDLE_TIMEOUT',
  'session.absoluteTimeout': 'SESSION_ABSOLUTE_TIMEOUT',
  'session.rememberFor': 'REMEMBER_FOR',
  'session.rememberedDevices': 'REMEMBERED_DEVICES',
  'session.rememberedLogins': 'REMEMBERED_LOGINS',
  'session.perDevice': 'SESSIONS_PER_DEVICE',
  'session.limit': 'SESSION_LIMIT',
  'session.limitReached': 'SESSION_LIMIT_REACHED',
  'session.cache': 'SESSION_CACHE',
  'session.maxSize': 'SESSION_MAX_SIZE',
  'session.redisUrl': 'REDIS_URL',
  'session.redisPrefix': 'REDIS_PREFIX',
  'database.url': 'DATABASE_URL',
  'database.pool': 'DATABASE_POOL',
  'users.registration': 'REGISTRATION',
  'users.emailRequired': 'EMAIL_REQUIRED',
  'users.confirmedEmail': 'EMAIL_CONFIRMED',
  'users.domains': 'EMAIL_DOMAINS',
  'passwords.cost': 'BCRYPT_COST',
  'passwords.minLength': 'PASSWORD_MIN_LENGTH',
  'passwords.pepper': 'PASSWORD_PEPPER',
  'passwords.queue': 'HASH_QUEUE',
  'passwords.queuePerSource': 'HASH_QUEUE_PER_SOURCE',
  'mail.smtpUrl': 'SMTP_URL',
  'mail.from': 'MAIL_FROM',
  throttle: 'THROTTLE',
  'audit.retention': 'AUDIT_RETENTION',
  'audit.refusals': 'AUDIT_REFUSALS',
  'eventStreams.limit': 'EVENT_STREAMS',
  'eventStreams.perUser': 'EVENT_STREAMS_PER_USER',
  'eventStreams.perSource': 'EVENT_STREAMS_PER_SOURCE',
  securityContact: 'SECURITY_CONTACT',
  allowUnsafe: 'ALLOW_UNSAFE',
};
const OPTIONS = new Map(Object.entries(VARIABLES).map(([option, variable]) => [variable, option]));
const GROUPS = new Set(Object.keys(VARIABLES).flatMap((option) => option.split('.').slice(0, -1)));

/**
 * Checks options as the environment loader checks variables. Creates nothing and skips the production rules.
 * @throws SettingsError that names each unknown or wrong option.
 */
export function checkOptions(options: SettingOptions): void {
  namingOptions(() => readSettings(variablesOf(options)));
}

/**
 * The settings for a start with these options.
 * @param hasOwnDatabase false if a DataSource of the application is used.
 * @param overrides of the test kit, in place of the same options.
 * @throws SettingsError
 */
export function settingsOf(
  options: SettingOptions,
  hasOwnDatabase = true,
  overrides?: SettingOptions,
): Settings {
  try {
    if (overrides) checkOptions(options); // a wrong option that is replaced is still wrong
    const variables = { ...variablesOf(options), ...replacements(overrides, hasOwnDatabase) };
    return namingOptions(() => loadSettings(variables, hasOwnDatabase));
  } catch (error) {
    const name = process.env.NODE_ENV?.trim();
    if (!(error instanceof SettingsError) || name === 'production' || environmentOf(name) !== 'production')
      throw error;
    const why = `NODE_ENV is ${name}: every other than development and test has the rules of production`;
    throw new SettingsError([...error.problems, why]);
  }
}

/**
 * The settings of the environment and `.env`.
 * @param overrides of the test kit, in place of the same variables.
 * @throws SettingsError
 */
export function settingsOfEnvironment(hasOwnDatabase: boolean, overrides?: SettingOptions): Settings {
  return loadSettings({ ...readEnvironment(), ...replacements(overrides, hasOwnDatabase) }, hasOwnDatabase);
}

/** A DataSource of the application has no address to replace. */
function replacements(
  overrides: SettingOptions | undefined,
  hasOwnDatabase: boolean,
): Record<string, unknown> {
  if (!overrides) return {};
  const { database, ...others } = overrides;
  return { ...variablesOf(hasOwnDatabase ? { ...others, database } : others), NODE_ENV: 'test' };
}

function variablesOf(options: SettingOptions): Record<string, unknown> {
  const given = Object.entries(leavesOf(options as Record<string, unknown>));
  const unknown = given.map(([option]) => option).filter((option) => !Object.hasOwn(VARIABLES, option));
  if (unknown.length > 0) throw new SettingsError(unknown.map(describeUnknown));
  const variables = given.map(([option, value]): [string, unknown] => [
    VARIABLES[option],
    valueOf(option, value),
  ]);
  const { NODE_ENV, PORT } = process.env;
  return { NODE_ENV: environmentOf(NODE_ENV), PORT, ...Object.fromEntries(variables) };
}

/**
 * An application may have environments of its own, such as `staging`. They have the rules of production, and so has a
 * misspelt `Production`: rules that are missing would not be noticed.
 */
function environmentOf(name = ''): string {
  const known = name.trim() || 'development';
  return known === 'development' || known === 'test' ? known : 'production';
}

/** `{ session: { cache: 0 } }` as `{ 'session.cache': 0 }`. */
function leavesOf(options: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(options).flatMap(([name, value]) => {
      if (value === undefined) return [];
      if (!GROUPS.has(name) || !isGroup(value)) return [[name, value]];
      return Object.entries(leavesOf(value)).map(([option, leaf]) => [`${name}.${option}`, leaf]);
    }),
  );
}

/** Not a list or a Map, whose options would be overlooked. */
const isGroup = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !(Symbol.iterator in value);

/** In the form that `Settings` reads. */
function valueOf(option: string, value: unknown): unknown {
  if (option === 'trustProxy') return value === false ? 'off' : String(value);
  if (option === 'allowUnsafe' && Array.isArray(value))
    return (value as unknown[]).map((name) => VARIABLES[String(name)] ?? name);
  // A comma separates the secrets of a variable, but belongs to the secret of an option.
  const isSecret = option === 'session.secret' || option === 'passwords.pepper';
  return isSecret && typeof value === 'string' ? [value] : value;
}

function describeUnknown(option: string): string {
  const meant = Object.keys(VARIABLES).find((known) => distance(known, option) <= 2);
  if (meant !== undefined) return `${option} is not an option. Did you mean ${meant}?`;
  return GROUPS.has(option) ? `${option} may be an object of options` : `${option} is not an option`;
}

/** Problems name the option in place of its variable. */
function namingOptions<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof SettingsError)) throw error;
    const problems = error.problems.map((problem) =>
      problem.replace(/\b[A-Z][A-Z_]+\b/g, (name) => OPTIONS.get(name) ?? name),
    );
    throw new SettingsError(problems);
  }
}
