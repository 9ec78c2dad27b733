import {
  type ConfigurableModuleAsyncOptions,
  ConfigurableModuleBuilder,
  type DynamicModule,
  Module,
  type ModuleMetadata,
  type NestMiddleware,
  type Provider,
  type Type,
  UseFilters,
  UsePipes,
} from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants';
import { AccessModule } from './access/access.module';
import { SubmissionsModule } from './access/submissions/submissions.module';
import { AccountModule } from './account/account.module';
import { AuthModule } from './auth/auth.module';
import { PasswordsModule } from './auth/passwords/passwords.module';
import type { PasswordHasher } from './auth/passwords/password-hasher';
import type { MigrationClass } from './database/data-source-options';
import { DatabaseModule } from './database/database.module';
import { AuditModule } from './events/audit/audit.module';
import { NoticesModule } from './events/notices/notices.module';
import { FlashModule } from './flash/flash.module';
import { ApiDocsModule } from './http/api-docs/api-docs.module';
import { HealthModule } from './http/health/health.module';
import { InputPipe } from './http/input.pipe';
import { OwnRoutesFilter } from './http/responses/own-errors.filter';
import { ResponsesModule } from './http/responses/responses.module';
import { HttpModule } from './http/setup/http.module';
import { WellKnownModule } from './http/well-known/well-known.module';
import type { Mailer } from './mail/mailer';
import { MailModule } from './mail/mail.module';
import { loadSettings, SettingsError } from './options/load-settings';
import {
  checkOptions,
  type SessionOptions,
  type SettingOptions,
  settingsOf,
} from './options/option-settings';
import { Reach } from './options/reach';
import { ReplacedClasses } from './options/replaced-classes';
import { Settings } from './options/settings';
import { SettingsModule } from './options/settings.module';
import type { SessionEngine } from './sessions/session-engine';
import { SessionsModule } from './sessions/sessions.module';
import { ThrottlingModule } from './throttling/throttling.module';
import type { UserStore } from './users/user-store';
import { UsersModule } from './users/users.module';

/** Options that `forRootAsync` may compute. Classes replace Latchkey's own. */
export interface LatchkeyOptions extends Omit<SettingOptions, 'session'> {
  session?: Omit<SessionOptions, 'store'> & { store?: SessionOptions['store'] | Type<SessionEngine> };
  users?: SettingOptions['users'] & { store?: Type<UserStore> };
  passwords?: SettingOptions['passwords'] & { hasher?: Type<PasswordHasher> };
  mail?: SettingOptions['mail'] & { mailer?: Type<Mailer> };
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
  /** False: Latchkey's pages are not wanted, and the start says nothing about them. */
  pages?: boolean;
  /** 'manual' leaves the application's routes open unless a guard closes them. Default: 'global'. */
  guards?: Reach['guards'];
  /**
   * 'global' also validates the input of the application's routes, and answers all their errors by pages and problems.
   * Default: 'own', only those of Latchkey.
   */
  errors?: Reach['errors'];
  /** Of the application's own tables. */
  migrations?: MigrationClass[];
  /** Modules whose providers the replacing classes inject. */
  imports?: ModuleMetadata['imports'];
  /** The middlewares before every route. Default: `REQUEST_PIPELINE`. */
  steps?: readonly Type<NestMiddleware>[];
}

/** `useFactory` with `inject`, or another of Nest's ways; beside it, what decides about modules and routes. */
export type LatchkeyAsyncOptions = ConfigurableModuleAsyncOptions<LatchkeyOptions> & LatchkeyStructure;

const FEATURES: Record<keyof LatchkeyFeatures, Type> = {
  audit: AuditModule,
  notices: NoticesModule,
  account: AccountModule,
  health: HealthModule,
  apiDocs: ApiDocsModule,
  wellKnown: WellKnownModule,
};

/** The names of `LatchkeyStructure`: Nest takes them out of the options. */
const STRUCTURE: LatchkeyStructure = {
  features: undefined,
  pages: undefined,
  guards: undefined,
  errors: undefined,
  migrations: undefined,
  imports: undefined,
  steps: undefined,
};
const ASYNC_NAMES = [
  ...['inject', 'useFactory', 'useClass', 'useExisting', 'provideInjectionTokensFrom'],
  ...Object.keys(STRUCTURE),
];

const OPTIONS = Symbol('options of LatchkeyModule');
const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<LatchkeyOptions>({
  optionsInjectionToken: OPTIONS,
})
  .setClassMethodName('forRoot')
  .setExtras(STRUCTURE, ({ providers = [] }, structure) =>
    compose(structure, [
      ...providers,
      { provide: Settings, inject: [OPTIONS], useFactory: settingsFor },
      { provide: ReplacedClasses, inject: [OPTIONS], useFactory: replacedClasses },
    ]),
  )
  .build();

/**
 * All of Latchkey in one import: sign-up, log-in, sessions, guards, and every route closed that is not `@Public()`.
 * @example LatchkeyModule.forRoot({ session: { secret } })
 */
@Module({})
export class LatchkeyModule extends ConfigurableModuleClass {
  /** @throws SettingsError that names every unknown or wrong option */
  static override forRoot(options: LatchkeyOptions & LatchkeyStructure = {}): DynamicModule {
    const given = Object.entries(options).filter(([name]) => !Object.hasOwn(STRUCTURE, name));
    checkOptions(separate(Object.fromEntries(given)).plain);
    return super.forRoot(options);
  }

  /** A wrong option of `useFactory` prevents the start. */
  static override forRootAsync(options: LatchkeyAsyncOptions): DynamicModule {
    requireKnown(Object.keys(options), ASYNC_NAMES, '');
    return super.forRootAsync(options);
  }

  /** @param options.settings that are loaded already; default: from the environment and `.env`, see docs/settings.md */
  static fromEnvironment(options: LatchkeyStructure & { settings?: Settings } = {}): DynamicModule {
    const { settings, ...structure } = options;
    return compose(structure, [
      settings
        ? { provide: Settings, useValue: settings }
        : { provide: Settings, useFactory: loadFromEnvironment },
      { provide: ReplacedClasses, useValue: new ReplacedClasses() },
    ]);
  }
}

/** @param settings providers of Settings and ReplacedClasses */
function compose(structure: LatchkeyStructure, settings: Provider[]): DynamicModule {
  const {
    features = {},
    pages = true,
    guards = 'global',
    errors = 'own',
    migrations = [],
    imports = [],
    steps,
  } = structure;
  requireOneOf('guards', guards, ['global', 'manual']);
  requireOneOf('errors', errors, ['own', 'global']);
  requireKnown(Object.keys(features), Object.keys(FEATURES), 'features.');
  const chosen = Object.entries(FEATURES).filter(
    ([name]) => features[name as keyof LatchkeyFeatures] !== false,
  );
  if (errors === 'own') bindOwnRoutes([AuthModule, UsersModule, ...chosen.map(([, feature]) => feature)]);
  return {
    module: LatchkeyModule,
    global: true,
    imports: [
      SettingsModule.providedBy(settings, imports, { guards, errors }),
      DatabaseModule.forRoot({ migrations }),
      SessionsModule,
      MailModule,
      PasswordsModule,
      ThrottlingModule,
      SubmissionsModule, // before AccessModule: a repeated form's session may have ended
      AccessModule,
      FlashModule,
      ResponsesModule,
      AuthModule, // before UsersModule: /users/login is not the user named "login"
      UsersModule,
      HttpModule.forRoot({ pages, steps }),
      ...chosen.map(([, feature]) => feature),
      ...imports,
    ],
    // So that the application's modules can inject the services without importing anything.
    exports: [
      AccessModule,
      AuthModule,
      FlashModule,
      MailModule,
      PasswordsModule,
      SessionsModule,
      ThrottlingModule,
      UsersModule,
      ...(imports as Type[]), // Nest takes what it takes as imports
    ],
  };
}

const bound = new Set<Type>();

/** Without a global filter and pipe, each of our controllers has them itself. */
function bindOwnRoutes(modules: Type[]): void {
  for (const module of modules) {
    const controllers = Reflect.getMetadata(MODULE_METADATA.CONTROLLERS, module) as Type[] | undefined;
    for (const controller of controllers ?? []) {
      if (bound.has(controller)) continue;
      bound.add(controller);
      UseFilters(OwnRoutesFilter)(controller);
      UsePipes(InputPipe)(controller);
    }
  }
}

/** Options that may be classes, and what each replaces. */
const CLASSES = [
  { group: 'session', name: 'store', replaces: 'sessionEngine', isAlsoText: true },
  { group: 'users', name: 'store', replaces: 'userStore', isAlsoText: false },
  { group: 'passwords', name: 'hasher', replaces: 'passwordHasher', isAlsoText: false },
  { group: 'mail', name: 'mailer', replaces: 'mailer', isAlsoText: false },
] as const;

type Group = Record<string, unknown>;

/** Options as they come, so their types may be wrong. @throws SettingsError */
function separate(options: LatchkeyOptions): { plain: SettingOptions; classes: ReplacedClasses } {
  const plain: Record<string, unknown> = { ...options };
  const classes = new ReplacedClasses();
  for (const { group, name, replaces, isAlsoText } of CLASSES) {
    const { [name]: value, ...others } = (plain[group] ?? {}) as Group;
    if (value === undefined || (isAlsoText && typeof value === 'string')) continue;
    if (typeof value !== 'function') throw new SettingsError([`${group}.${name} may be a class`]);
    plain[group] = others;
    classes[replaces] = value as Type;
  }
  return { plain: plain, classes };
}

const loadFromEnvironment = (): Settings => loadSettings();
const settingsFor = (options: LatchkeyOptions): Settings => settingsOf(separate(options).plain);
const replacedClasses = (options: LatchkeyOptions): ReplacedClasses => separate(options).classes;

function requireKnown(names: string[], known: string[], prefix: string): void {
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0) throw new SettingsError(unknown.map((name) => `${prefix}${name} is not an option`));
}

function requireOneOf(name: string, value: string, allowed: string[]): void {
  if (!allowed.includes(value)) throw new SettingsError([`${name} may be ${allowed.join(' or ')}`]);
}
