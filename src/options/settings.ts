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
  Origins,
  PercentEncoded,
  Secrets,
  Size,
  Text,
  WholeNumber,
} from './setting-decorators';
import { isWithin } from './origins';
import { asExpressReadsIt, namesProxies } from './trusted-proxies';

const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'verbose'] as const;

const HOST = /^[\w.:-]+$/;

/** A rule that also depends on other settings. */
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
 * All settings, read from the environment and `.env` and validated before anything else starts. Each field
 * names its environment variable; docs/settings.md explains them one by one.
 */
export class Settings {
  @OneOf('NODE_ENV', ['development', 'production', 'test'])
  environment: 'development' | 'production' | 'test' = 'development';

  @WholeNumber('PORT', 1, 65_535)
  port = 3000;

  @Text('HOST', Matches(HOST, { message: 'HOST may be an address or a host name to listen on' }))
  host = '127.0.0.1';

  /** How long a request may take to arrive, including its body. */
  @Duration('REQUEST_TIMEOUT')
  requestTimeout = 30_000;

  /** How long an idle connection stays open. Must be longer than the timeout of a proxy in front. */
  @Duration('KEEP_ALIVE_TIMEOUT')
  keepAliveTimeout = 65_000;

  /**
   * The address users see, without a slash at its end. Its path is one that a proxy removes. Decides Secure cookies, the
   * allowed origin and links in mail.
   */
  @IsOptional()
  @Address(
    'BASE_URL',
    /^https?:\/\/([\w.-]+|\[[\da-fA-F:]+\])(:\d{1,5})?(\/[\w~-][\w.~-]*)*\/?$/,
    'an http or https address (for example https://example.com or https://example.com/app)',
  )
  baseUrl!: string;

  /** Other origins that may call the API with cookies. Not pages, and never forms. */
  @Origins('ORIGINS')
  origins: string[] = [];

  /** The registrable domain of BASE_URL. Origins within it are the same site, so cookies stay SameSite=Lax. */
  @IsOptional()
  @Text(
    'SITE_DOMAIN',
    Matches(/^[a-z\d-]+(\.[a-z\d-]+)+$/, {
      message:
        'SITE_DOMAIN may be the domain of BASE_URL that its sub-domains share (for example example.com)',
    }),
    fits(
      'containsBaseUrl',
      (value, { baseUrl = '' }) =>
        !URL.canParse(baseUrl) || isWithin(new URL(baseUrl).hostname, String(value)),
      'SITE_DOMAIN may be the domain of BASE_URL alone',
    ),
  )
  siteDomain?: string;

  /** Whether a log-in may get its session ID in the body, for `Authorization: Bearer`. */
  @OnOrOff('BEARER')
  bearer = false;

  /** In titles, pages and the API's description. Passwords must not contain it. */
  @Text(
    'APP_NAME',
    Matches(/^[^\p{C}]{1,60}$/u, { message: 'APP_NAME may be up to 60 characters on one line' }),
  )
  appName = 'Latchkey';

  @Text('DATA_DIR', IsNotEmpty({ message: 'DATA_DIR may be the path of a folder' }))
  dataDir = 'data';

  /** Empty if the database is that of a DataSource of the application. */
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

  /** Connections of each process to PostgreSQL. */
  @WholeNumber('DATABASE_POOL', 1, 1_000)
  databasePool = 10;

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

  /** Prefix of all keys in Redis, so several installations can share one. */
  @Text(
    'REDIS_PREFIX',
    Matches(/^[\w:.-]{1,100}$/, { message: 'REDIS_PREFIX may be up to 100 letters, digits and - _ . :' }),
  )
  redisPrefix = 'latchkey:';

  /** The first signs, all verify: to rotate, put a new one in front. */
  @IsOptional()
  @Secrets('SESSION_SECRET')
  sessionSecrets!: string[];

  @Duration('SESSION_IDLE_TIMEOUT')
  sessionIdleTimeout = 30 * 60_000;

  @Duration('SESSION_ABSOLUTE_TIMEOUT')
  sessionAbsoluteTimeout = 12 * 3_600_000;

  /** How long a device stays logged in if the user ticked the box. */
  @Duration('REMEMBER_FOR')
  rememberFor = 30 * 86_400_000;

  /** Remembered devices per user. Beyond this number, the least recently used one is forgotten. */
  @WholeNumber('REMEMBERED_DEVICES', 1, 1_000)
  rememberedDevices = 100;

  /** Sessions that one remembered device may start in 10 minutes. Beyond this number, the response is 429. */
  @WholeNumber('REMEMBERED_LOGINS', 2, 10_000)
  rememberedLogins = 100;

  /** Live sessions per remembered device. Beyond this number, a new one replaces the oldest. */
  @WholeNumber('SESSIONS_PER_DEVICE', 1, 100)
  sessionsPerDevice = 20;

  /** Devices on which one user may be logged in. 0: no limit except 500 sessions. */
  @WholeNumber('SESSION_LIMIT', 0, 1_000)
  sessionLimit = 0;

  /** When a log-in exceeds SESSION_LIMIT, end the oldest session or refuse the log-in. */
  @OneOf('SESSION_LIMIT_REACHED', ['end-oldest', 'refuse'])
  sessionLimitReached: 'end-oldest' | 'refuse' = 'end-oldest';

  /** Maximum size of a session as JSON. A larger change is refused with an error. */
  @Size('SESSION_MAX_SIZE', '4kB', '16MB')
  sessionMaxSize = 64 * 1_024;

  /** Sessions, with their users, that each process caches. 0: no cache. */
  @WholeNumber('SESSION_CACHE', 0, 10_000_000)
  sessionCache = 10_000;

  @WholeNumber('PASSWORD_MIN_LENGTH', 8, 128)
  passwordMinLength = 8;

  /** The first is used for new hashes, all verify. Each hash records which one it used. */
  @IsOptional()
  @Secrets('PASSWORD_PEPPER')
  passwordPeppers?: string[];

  /** Whether visitors may sign up. */
  @OneOf('REGISTRATION', ['open', 'closed'])
  registration: 'open' | 'closed' = 'open';

  /** Whether an account must have an e-mail address. */
  @OnOrOff('EMAIL_REQUIRED')
  emailRequired = false;

  /** Whether users must have confirmed an e-mail address to log in. */
  @OnOrOff('EMAIL_CONFIRMED')
  emailConfirmed = false;

  /** The only domains of e-mail addresses, which then must be confirmed. Empty: any. */
  @Names('EMAIL_DOMAINS')
  @Matches(/^([a-z\d-]+\.)+[a-z\d-]+$/, {
    each: true,
    message: 'EMAIL_DOMAINS may be domains in lower case such as example.com, those beyond ASCII as xn--',
  })
  emailDomains: string[] = [];

  @WholeNumber('BCRYPT_COST', 4, 15)
  bcryptCost = 12;

  /** Log-ins and sign-ups that may queue for hashing. Beyond this number, the response is 503. */
  @WholeNumber('HASH_QUEUE', 1, 100_000)
  hashQueue = 256;

  /** How many of them may come from one source. */
  @WholeNumber('HASH_QUEUE_PER_SOURCE', 1, 100_000)
  hashQueuePerSource = 128;

  /** Proxies whose forwarded headers are trusted: `off`, a number of hops, or comma-separated addresses. */
  @Text(
    'TRUST_PROXY',
    fits(
      'namesProxies',
      namesProxies,
      'TRUST_PROXY may be off, a number of hops, or the addresses of the proxies',
    ),
  )
  trustProxy = 'off';

  /** Whether to throttle password guesses and floods of sign-ups. */
  @OnOrOff('THROTTLE')
  throttle = true;

  /** How long security events are kept. */
  @Duration('AUDIT_RETENTION')
  auditRetention = 400 * 86_400_000;

  /** Maximum messages per user. */
  @WholeNumber('MESSAGES_PER_USER', 1, 1_000_000)
  messagesPerUser = 10_000;

  /** Open pages that may listen for the end of their session: per process, per user and per source. */
  @WholeNumber('EVENT_STREAMS', 0, 1_000_000)
  eventStreams = 5_000;

  @WholeNumber('EVENT_STREAMS_PER_USER', 1, 1_000_000)
  eventStreamsPerUser = 50;

  @WholeNumber('EVENT_STREAMS_PER_SOURCE', 1, 1_000_000)
  eventStreamsPerSource = 500;

  /**
   * Audit entries for refusals per source or account in 10 minutes. Further ones are counted in one entry.
   */
  @WholeNumber('AUDIT_REFUSALS', 1, 1_000)
  auditRefusals = 20;

  /** Where to report a vulnerability, for security.txt. Default: `security@` the host of BASE_URL. */
  @IsOptional()
  @Address(
    'SECURITY_CONTACT',
    /^(mailto:[!-?A-~]+@[!-?A-~]+|https:\/\/[!-~]+)$/,
    'mailto: and an e-mail address, or an https address (for example mailto:security@example.com)',
  )
  securityContact!: string;

  /** Without it, mails become files in DATA_DIR/outbox. */
  @IsOptional()
  @Address(
    'SMTP_URL',
    /^smtps?:\/\/[^\s/?]+\/?(\?\S*)?$/,
    'smtp://user:password@host:587, or smtps:// over TLS from the beginning',
  )
  @PercentEncoded('SMTP_URL')
  smtpUrl?: string;

  /** The sender: an address, or a name and an address in angle brackets. */
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

  /** The port for metrics. Without it, metrics are off. */
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

  /** Settings whose production rule is lifted. Each causes a warning at every start. */
  @Names('ALLOW_UNSAFE')
  allowUnsafe: string[] = [];

  /** Variables that look like misspelt settings, found by `readSettings`. */
  misspeltNames: MisspeltName[] = [];

  /** Of all cookies: `none` if one of ORIGINS is another site than BASE_URL, found by `readSettings`. */
  sameSite: 'lax' | 'none' = 'lax';

  /** Warnings logged at every start, found by `loadSettings`. */
  warnings: string[] = [];

  /**
   * Whether users reach the application over HTTPS. Cookies are then Secure and have the `__Host-` prefix.
   */
  get https(): boolean {
    return this.baseUrl.startsWith('https:');
  }

  /** That of `baseUrl`, as browsers send it. */
  get origin(): string {
    return new URL(this.baseUrl).origin;
  }

  /** The path of `baseUrl`, such as `/app`, or ''. */
  get proxyPath(): string {
    return this.baseUrl.slice(this.origin.length);
  }

  get needsConfirmedEmail(): boolean {
    return this.emailConfirmed || this.emailDomains.length > 0;
  }

  get needsEmail(): boolean {
    return this.emailRequired || this.needsConfirmedEmail;
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
