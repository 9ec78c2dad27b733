import {
  IsNotEmpty,
  IsOptional,
  Matches,
  ValidateBy,
  ValidateIf,
  type ValidationArguments,
} from 'class-validator';
import type { MisspeltName } from './misspelt-names';
import {
  Address,
  Duration,
  Names,
  OneOf,
  OnOrOff,
  PercentEncoded,
  Secrets,
  Size,
  Text,
  WholeNumber,
} from './setting-decorators';
import { asExpressReadsIt, namesProxies } from './trusted-proxies';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'verbose'] as const;

const HOST = /^[\w.:-]+$/;

/** A rule that looks at other settings, too. */
const fits = (
  name: string,
  isFine: (value: unknown, settings: Partial<Settings>) => boolean,
  message: string,
) =>
  ValidateBy(
    {
      name,
      validator: {
        validate: (value, parts?: ValidationArguments) => isFine(value, parts?.object ?? {}),
      },
    },
    { message },
  );

/**
 * Everything that can be set, read from the environment and `.env`, validated before anything else starts.
 * Each field names its environment variable; docs/settings.md explains them one by one.
 */
export class Settings {
  @OneOf('NODE_ENV', ['development', 'production', 'test'])
  environment: 'development' | 'production' | 'test' = 'development';

  @WholeNumber('PORT', 1, 65_535)
  port = 3000;

  @Text('HOST', Matches(HOST, { message: 'HOST may be an address or a host name to listen on' }))
  host = '127.0.0.1';

  /** How long a request may take to arrive, head and body together. */
  @Duration('REQUEST_TIMEOUT')
  requestTimeout = 30_000;

  /** How long a connection stays open that asks for nothing: longer than a proxy in front keeps its own to us. */
  @Duration('KEEP_ALIVE_TIMEOUT')
  keepAliveTimeout = 65_000;

  /** The address users see, without a path. Decides Secure cookies, the allowed origin and links in mail. */
  @IsOptional()
  @Address(
    'BASE_URL',
    /^https?:\/\/([\w.-]+|\[[\da-fA-F:]+\])(:\d{1,5})?\/?$/,
    'an http or https address without a path (for example https://example.com)',
  )
  baseUrl!: string;

  @Text('DATA_DIR', IsNotEmpty({ message: 'DATA_DIR may be the path of a folder' }))
  dataDir = 'data';

  @IsOptional()
  @Text(
    'DATABASE_URL',
    Matches(/^(sqlite:(?!:memory:).+|postgres(ql)?:\/\/.+)$/, {
      message:
        'DATABASE_URL may be sqlite: and the path of a file, or postgres://user:password@host:port/database',
    }),
  )
  @PercentEncoded('DATABASE_URL')
  databaseUrl!: string;

  @OneOf('SESSION_STORE', ['database', 'redis', 'memory'])
  sessionStore: 'database' | 'redis' | 'memory' = 'database';

  @ValidateIf(({ sessionStore, redisUrl }: Settings) => sessionStore === 'redis' || redisUrl !== undefined)
  @Text(
    'REDIS_URL',
    Matches(/^rediss?:\/\/.+$/, {
      message:
        'REDIS_URL may be redis://user:password@host:port, or rediss:// over TLS; SESSION_STORE=redis needs it',
    }),
  )
  @PercentEncoded('REDIS_URL')
  redisUrl?: string;

  /** Of all keys in Redis, so that several installations can share one. */
  @Text(
    'REDIS_PREFIX',
    Matches(/^[\w:.-]{1,100}$/, { message: 'REDIS_PREFIX may be up to 100 letters, digits and - _ . :' }),
  )
  redisPrefix = 'latchkey:';

  /** The first signs, all verify: put a new one in front to rotate. */
  @IsOptional()
  @Secrets('SESSION_SECRET')
  sessionSecrets!: string[];

  @Duration('SESSION_IDLE_TIMEOUT')
  sessionIdleTimeout = 30 * 60_000;

  @Duration('SESSION_ABSOLUTE_TIMEOUT')
  sessionAbsoluteTimeout = 12 * 3_600_000;

  /** How long a device stays logged in whose user ticked the box. */
  @Duration('REMEMBER_FOR')
  rememberFor = 30 * 86_400_000;

  /** Devices that stay logged in, of one user; beyond it the one used longest ago is forgotten. */
  @WholeNumber('REMEMBERED_DEVICES', 1, 1_000)
  rememberedDevices = 100;

  /** Sessions that one remembered device starts in 10 minutes; beyond it the answer is 429. */
  @WholeNumber('REMEMBERED_LOGINS', 2, 10_000)
  rememberedLogins = 100;

  /** Live sessions of one remembered device; beyond it a new one takes the place of the oldest. */
  @WholeNumber('SESSIONS_PER_DEVICE', 1, 100)
  sessionsPerDevice = 20;

  /** Devices on which one user may be logged in. 0: no limit but that of 500 sessions. */
  @WholeNumber('SESSION_LIMIT', 0, 1_000)
  sessionLimit = 0;

  /** Which one gives way where a log-in would exceed SESSION_LIMIT: the oldest session, or the newcomer. */
  @OneOf('SESSION_LIMIT_REACHED', ['end-oldest', 'refuse'])
  sessionLimitReached: 'end-oldest' | 'refuse' = 'end-oldest';

  /** What one session may hold, as JSON. A change that would make it larger is refused with an error. */
  @Size('SESSION_MAX_SIZE', '4kB', '16MB')
  sessionMaxSize = 64 * 1_024;

  /** Sessions, and as many users, of which each process keeps copies. 0: none. */
  @WholeNumber('SESSION_CACHE', 0, 10_000_000)
  sessionCache = 10_000;

  @WholeNumber('PASSWORD_MIN_LENGTH', 8, 128)
  passwordMinLength = 8;

  /** The first is used for new hashes, all verify; each hash says which one made it. */
  @IsOptional()
  @Secrets('PASSWORD_PEPPER')
  passwordPeppers?: string[];

  /** Whether an account must have an e-mail address. */
  @OnOrOff('EMAIL_REQUIRED')
  emailRequired = false;

  @WholeNumber('BCRYPT_COST', 4, 15)
  bcryptCost = 12;

  /** Log-ins and sign-ups that may wait for hashing; beyond it the answer is 503. */
  @WholeNumber('HASH_QUEUE', 1, 100_000)
  hashQueue = 256;

  /** How many of them may be of one source. */
  @WholeNumber('HASH_QUEUE_PER_SOURCE', 1, 100_000)
  hashQueuePerSource = 128;

  /** `off`, a number of proxy hops, or comma-separated addresses: whose forwarded headers are believed. */
  @Text(
    'TRUST_PROXY',
    fits(
      'namesProxies',
      namesProxies,
      'TRUST_PROXY may be off, a number of hops, or the addresses of the proxies',
    ),
  )
  trustProxy = 'off';

  /** Whether guesses of passwords and floods of sign-ups are slowed down and stopped. */
  @OnOrOff('THROTTLE')
  throttle = true;

  /** How long security events are kept. */
  @Duration('AUDIT_RETENTION')
  auditRetention = 400 * 86_400_000;

  /** Messages one user may have. */
  @WholeNumber('MESSAGES_PER_USER', 1, 1_000_000)
  messagesPerUser = 10_000;

  /** Open pages of one process that listen for the end of their session; of one user, and of one source. */
  @WholeNumber('EVENT_STREAMS', 0, 1_000_000)
  eventStreams = 5_000;

  @WholeNumber('EVENT_STREAMS_PER_USER', 1, 1_000_000)
  eventStreamsPerUser = 50;

  @WholeNumber('EVENT_STREAMS_PER_SOURCE', 1, 1_000_000)
  eventStreamsPerSource = 500;

  /** Entries that the refusals of one source, or account, make in 10 minutes; further ones are counted in one. */
  @WholeNumber('AUDIT_REFUSALS', 1, 1_000)
  auditRefusals = 20;

  /** Where to tell of a vulnerability, as security.txt says it; by default `security@` the host of BASE_URL. */
  @IsOptional()
  @Address(
    'SECURITY_CONTACT',
    /^(mailto:[!-?A-~]+@[!-?A-~]+|https:\/\/[!-~]+)$/,
    'mailto: and an e-mail address, or an https address (for example mailto:security@example.com)',
  )
  securityContact!: string;

  /** Without it mails are files in DATA_DIR/outbox. */
  @IsOptional()
  @Address(
    'SMTP_URL',
    /^smtps?:\/\/[^\s/?]+\/?(\?\S*)?$/,
    'smtp://user:password@host:587, or smtps:// over TLS from the beginning',
  )
  @PercentEncoded('SMTP_URL')
  smtpUrl?: string;

  /** Who mails are from: an address, or a name and an address in angle brackets. */
  @IsOptional()
  @Text(
    'MAIL_FROM',
    Matches(/^([^\s<>@,;:"]+@[\w.-]+|[^<>@,;:"\p{Cc}]+ <[^\s<>@,;:"]+@[\w.-]+>)$/u, {
      message: 'MAIL_FROM may be an address, or a name and an address: Example <no-reply@example.com>',
    }),
  )
  mailFrom!: string;

  /** Processes that share the port. */
  @WholeNumber('WORKERS', 1, 64)
  @fits(
    'shareSessions',
    (value, { sessionStore }) => value === 1 || sessionStore !== 'memory',
    'WORKERS may only be 1 with SESSION_STORE=memory: each would have sessions of its own',
  )
  workers = 1;

  /** Where metrics are read; without it they are not. */
  @IsOptional()
  @WholeNumber('METRICS_PORT', 1, 65_535)
  @fits('isAnotherPort', (value, { port }) => value !== port, 'METRICS_PORT may be any port but PORT')
  metricsPort?: number;

  @Text(
    'METRICS_HOST',
    Matches(HOST, { message: 'METRICS_HOST may be an address or a host name to listen on' }),
  )
  metricsHost = '127.0.0.1';

  @IsOptional()
  @OnOrOff('LAB')
  lab!: boolean;

  @OneOf('LOG_LEVEL', LOG_LEVELS)
  logLevel: (typeof LOG_LEVELS)[number] = 'info';

  @IsOptional()
  @OneOf('LOG_FORMAT', ['pretty', 'json'])
  logFormat!: 'pretty' | 'json';

  /** Names of settings whose refusal in production is lifted, each a warning at every start. */
  @Names('ALLOW_UNSAFE')
  allowUnsafe: string[] = [];

  /** Variables that are almost settings; found by `readSettings`. */
  misspeltNames: MisspeltName[] = [];

  /** What every start says in the log; found by `loadSettings`. */
  warnings: string[] = [];

  /** Whether users reach the application over HTTPS: cookies are then Secure and carry the `__Host-` prefix. */
  get https(): boolean {
    return this.baseUrl.startsWith('https:');
  }

  /** TRUST_PROXY as Express takes it. */
  get trustedProxies(): false | number | string {
    if (this.trustProxy === 'off') return false;
    return /^\d+$/.test(this.trustProxy) ? Number(this.trustProxy) : asExpressReadsIt(this.trustProxy);
  }

  get isProduction(): boolean {
    return this.environment === 'production';
  }
}
