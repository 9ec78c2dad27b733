import { Expose, Transform, type TransformFnParams } from 'class-transformer';
import {
  ArrayNotEmpty,
  IsBoolean,
  IsIn,
  IsInt,
  IsNotEmpty,
  IsOptional,
  IsPositive,
  Matches,
  Max,
  Min,
  ValidateBy,
  ValidateIf,
  type ValidationArguments,
} from 'class-validator';
import { parseDuration } from './duration';
import { namesProxies } from './trusted-proxies';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'verbose'] as const;

const text = ({ value }: TransformFnParams): unknown => (typeof value === 'string' ? value.trim() : value);
const number = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' ? (/^-?\d+$/.test(value.trim()) ? Number(value) : NaN) : value;
const duration = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string' ? parseDuration(value) : value;
const list = ({ value }: TransformFnParams): unknown =>
  typeof value === 'string'
    ? value
        .split(',')
        .map((item) => item.trim())
        .filter(Boolean)
    : value;
const onOrOff = ({ value }: TransformFnParams): unknown =>
  value === 'on' ? true : value === 'off' ? false : value;

const durationRule = (name: string) => ({
  message: `${name} may be a duration above zero with its unit: ms, s, m, h or d (for example 30m)`,
});

const BASE_URL_RULE = {
  message: 'BASE_URL may be an http or https address without a path (for example https://example.com)',
};

const SECURITY_CONTACT_RULE = {
  message:
    'SECURITY_CONTACT may be mailto: and an e-mail address, or an https address (for example mailto:security@example.com)',
};

const SMTP_URL_RULE = {
  message: 'SMTP_URL may be smtp://user:password@host:587, or smtps:// over TLS from the beginning',
};

/** Whether sessions are kept outside of the process. */
const keepsSessions = (parts?: ValidationArguments): boolean =>
  (parts?.object as Settings | undefined)?.sessionStore !== 'memory';

/**
 * Everything that can be set, read from the environment and `.env`, validated before anything else starts.
 * Each field names its environment variable; docs/settings.md explains them one by one.
 */
export class Settings {
  @Expose({ name: 'NODE_ENV' })
  @Transform(text)
  @IsIn(['development', 'production', 'test'], { message: 'NODE_ENV may be development, production or test' })
  environment: 'development' | 'production' | 'test' = 'development';

  @Expose({ name: 'PORT' })
  @Transform(number)
  @IsInt({ message: 'PORT may be a whole number from 1 to 65535' })
  @Min(1, { message: 'PORT may be a whole number from 1 to 65535' })
  @Max(65535, { message: 'PORT may be a whole number from 1 to 65535' })
  port = 3000;

  @Expose({ name: 'HOST' })
  @Transform(text)
  @Matches(/^[\w.:-]+$/, { message: 'HOST may be an address or a host name to listen on' })
  host = '127.0.0.1';

  /** The address users see, without a path. Decides Secure cookies, the allowed origin and links in mail. */
  @Expose({ name: 'BASE_URL' })
  @Transform(text)
  @IsOptional()
  @Matches(/^https?:\/\/([\w.-]+|\[[\da-fA-F:]+\])(:\d{1,5})?\/?$/, BASE_URL_RULE)
  @ValidateBy(
    // A port or an address that is out of range looks right and is none.
    { name: 'isUrl', validator: { validate: (value) => URL.canParse(String(value)) } },
    BASE_URL_RULE,
  )
  baseUrl!: string;

  @Expose({ name: 'DATA_DIR' })
  @Transform(text)
  @IsNotEmpty({ message: 'DATA_DIR may be the path of a folder' })
  dataDir = 'data';

  @Expose({ name: 'DATABASE_URL' })
  @Transform(text)
  @IsOptional()
  @Matches(/^(sqlite:(?!:memory:).+|postgres(ql)?:\/\/.+)$/, {
    message:
      'DATABASE_URL may be sqlite: and the path of a file, or postgres://user:password@host:port/database',
  })
  databaseUrl!: string;

  @Expose({ name: 'SESSION_STORE' })
  @Transform(text)
  @IsIn(['database', 'redis', 'memory'], { message: 'SESSION_STORE may be database, redis or memory' })
  sessionStore: 'database' | 'redis' | 'memory' = 'database';

  @Expose({ name: 'REDIS_URL' })
  @Transform(text)
  @ValidateIf(({ sessionStore, redisUrl }: Settings) => sessionStore === 'redis' || redisUrl !== undefined)
  @Matches(/^rediss?:\/\/.+$/, {
    message:
      'REDIS_URL may be redis://user:password@host:port, or rediss:// over TLS; SESSION_STORE=redis needs it',
  })
  redisUrl?: string;

  /** The first signs, all verify: put a new one in front to rotate. */
  @Expose({ name: 'SESSION_SECRET' })
  @Transform(list)
  @IsOptional()
  @ArrayNotEmpty({ message: 'SESSION_SECRET may be one or more secrets, separated by commas' })
  sessionSecrets!: string[];

  @Expose({ name: 'SESSION_IDLE_TIMEOUT' })
  @Transform(duration)
  @IsPositive(durationRule('SESSION_IDLE_TIMEOUT'))
  sessionIdleTimeout = 30 * 60_000;

  @Expose({ name: 'SESSION_ABSOLUTE_TIMEOUT' })
  @Transform(duration)
  @IsPositive(durationRule('SESSION_ABSOLUTE_TIMEOUT'))
  sessionAbsoluteTimeout = 12 * 3_600_000;

  /** How long a device stays logged in whose user ticked the box. */
  @Expose({ name: 'REMEMBER_FOR' })
  @Transform(duration)
  @IsPositive(durationRule('REMEMBER_FOR'))
  rememberFor = 30 * 86_400_000;

  /** Sessions one user may hold at once; beyond it the oldest ends. 0: no limit. */
  @Expose({ name: 'SESSION_LIMIT' })
  @Transform(number)
  @IsInt({ message: 'SESSION_LIMIT may be a whole number from 0 to 1000' })
  @Min(0, { message: 'SESSION_LIMIT may be a whole number from 0 to 1000' })
  @Max(1_000, { message: 'SESSION_LIMIT may be a whole number from 0 to 1000' })
  sessionLimit = 0;

  /** Which one gives way where a log-in would exceed SESSION_LIMIT: the oldest session, or the newcomer. */
  @Expose({ name: 'SESSION_LIMIT_REACHED' })
  @Transform(text)
  @IsIn(['end-oldest', 'refuse'], { message: 'SESSION_LIMIT_REACHED may be end-oldest or refuse' })
  sessionLimitReached: 'end-oldest' | 'refuse' = 'end-oldest';

  /** Sessions, and as many users, of which each process keeps copies. 0: none. */
  @Expose({ name: 'SESSION_CACHE' })
  @Transform(number)
  @IsInt({ message: 'SESSION_CACHE may be a whole number from 0 to 10000000' })
  @Min(0, { message: 'SESSION_CACHE may be a whole number from 0 to 10000000' })
  @Max(10_000_000, { message: 'SESSION_CACHE may be a whole number from 0 to 10000000' })
  sessionCache = 10_000;

  @Expose({ name: 'PASSWORD_MIN_LENGTH' })
  @Transform(number)
  @IsInt({ message: 'PASSWORD_MIN_LENGTH may be a whole number from 8 to 128' })
  @Min(8, { message: 'PASSWORD_MIN_LENGTH may be a whole number from 8 to 128' })
  @Max(128, { message: 'PASSWORD_MIN_LENGTH may be a whole number from 8 to 128' })
  passwordMinLength = 8;

  /** The first is used for new hashes, all verify; each hash says which one made it. */
  @Expose({ name: 'PASSWORD_PEPPER' })
  @Transform(list)
  @IsOptional()
  @ArrayNotEmpty({ message: 'PASSWORD_PEPPER may be one or more secrets, separated by commas' })
  passwordPeppers?: string[];

  /** Whether an account must have an e-mail address. */
  @Expose({ name: 'EMAIL_REQUIRED' })
  @Transform(onOrOff)
  @IsBoolean({ message: 'EMAIL_REQUIRED may be on or off' })
  emailRequired = false;

  @Expose({ name: 'BCRYPT_COST' })
  @Transform(number)
  @IsInt({ message: 'BCRYPT_COST may be a whole number from 4 to 15' })
  @Min(4, { message: 'BCRYPT_COST may be a whole number from 4 to 15' })
  @Max(15, { message: 'BCRYPT_COST may be a whole number from 4 to 15' })
  bcryptCost = 12;

  /** Log-ins and sign-ups that may wait for hashing; beyond it the answer is 503. */
  @Expose({ name: 'HASH_QUEUE' })
  @Transform(number)
  @IsInt({ message: 'HASH_QUEUE may be a whole number from 1 to 100000' })
  @Min(1, { message: 'HASH_QUEUE may be a whole number from 1 to 100000' })
  @Max(100_000, { message: 'HASH_QUEUE may be a whole number from 1 to 100000' })
  hashQueue = 256;

  /** `off`, a number of proxy hops, or comma-separated addresses: whose forwarded headers are believed. */
  @Expose({ name: 'TRUST_PROXY' })
  @Transform(text)
  @ValidateBy(
    { name: 'namesProxies', validator: { validate: namesProxies } },
    { message: 'TRUST_PROXY may be off, a number of hops, or the addresses of the proxies' },
  )
  trustProxy = 'off';

  /** Whether guesses of passwords and floods of sign-ups are slowed down and stopped. */
  @Expose({ name: 'THROTTLE' })
  @Transform(onOrOff)
  @IsBoolean({ message: 'THROTTLE may be on or off' })
  throttle = true;

  /** How long security events are kept. */
  @Expose({ name: 'AUDIT_RETENTION' })
  @Transform(duration)
  @IsPositive(durationRule('AUDIT_RETENTION'))
  auditRetention = 400 * 86_400_000;

  /** Where to tell of a vulnerability, as security.txt says it; by default `security@` the host of BASE_URL. */
  @Expose({ name: 'SECURITY_CONTACT' })
  @Transform(text)
  @IsOptional()
  @Matches(/^(mailto:[!-?A-~]+@[!-?A-~]+|https:\/\/[!-~]+)$/, SECURITY_CONTACT_RULE)
  @ValidateBy(
    { name: 'isUrl', validator: { validate: (value) => URL.canParse(String(value)) } },
    SECURITY_CONTACT_RULE,
  )
  securityContact!: string;

  /** Without it mails are files in DATA_DIR/outbox. */
  @Expose({ name: 'SMTP_URL' })
  @Transform(text)
  @IsOptional()
  @Matches(/^smtps?:\/\/[^\s/?]+\/?(\?\S*)?$/, SMTP_URL_RULE)
  @ValidateBy(
    { name: 'isUrl', validator: { validate: (value) => URL.canParse(String(value)) } },
    SMTP_URL_RULE,
  )
  smtpUrl?: string;

  /** Who mails are from: an address, or a name and an address in angle brackets. */
  @Expose({ name: 'MAIL_FROM' })
  @Transform(text)
  @IsOptional()
  @Matches(/^([^\s<>@,;:"]+@[\w.-]+|[^<>@,;:"\p{Cc}]+ <[^\s<>@,;:"]+@[\w.-]+>)$/u, {
    message: 'MAIL_FROM may be an address, or a name and an address: Example <no-reply@example.com>',
  })
  mailFrom!: string;

  /** Processes that share the port. */
  @Expose({ name: 'WORKERS' })
  @Transform(number)
  @IsInt({ message: 'WORKERS may be a whole number from 1 to 64' })
  @Min(1, { message: 'WORKERS may be a whole number from 1 to 64' })
  @Max(64, { message: 'WORKERS may be a whole number from 1 to 64' })
  @ValidateBy(
    { name: 'shareSessions', validator: { validate: (value, parts) => value === 1 || keepsSessions(parts) } },
    { message: 'WORKERS may only be 1 with SESSION_STORE=memory: each would have sessions of its own' },
  )
  workers = 1;

  @Expose({ name: 'LAB' })
  @Transform(onOrOff)
  @IsOptional()
  @IsBoolean({ message: 'LAB may be on or off' })
  lab!: boolean;

  @Expose({ name: 'LOG_LEVEL' })
  @Transform(text)
  @IsIn(LOG_LEVELS, { message: `LOG_LEVEL may be ${LOG_LEVELS.join(', ')}` })
  logLevel: (typeof LOG_LEVELS)[number] = 'info';

  @Expose({ name: 'LOG_FORMAT' })
  @Transform(text)
  @IsOptional()
  @IsIn(['pretty', 'json'], { message: 'LOG_FORMAT may be pretty or json' })
  logFormat!: 'pretty' | 'json';

  /** Names of settings whose refusal in production is lifted, each a warning at every start. */
  @Expose({ name: 'ALLOW_UNSAFE' })
  @Transform(list)
  allowUnsafe: string[] = [];

  /** Whether users reach the application over HTTPS: cookies are then Secure and carry the `__Host-` prefix. */
  get https(): boolean {
    return this.baseUrl.startsWith('https:');
  }

  /** TRUST_PROXY as Express takes it. */
  get trustedProxies(): false | number | string {
    if (this.trustProxy === 'off') return false;
    return /^\d+$/.test(this.trustProxy) ? Number(this.trustProxy) : this.trustProxy;
  }

  get isProduction(): boolean {
    return this.environment === 'production';
  }
}
