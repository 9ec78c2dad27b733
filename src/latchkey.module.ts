import {
  ConfigurableModuleBuilder,
  type DynamicModule,
  Module,
  type Provider,
  type Type,
  UseFilters,
  UsePipes,
} from '@nestjs/common';
import { MODULE_METADATA } from '@nestjs/common/constants';
import {
  type DataSourceOption,
  type LatchkeyAsyncOptions,
  type LatchkeyFeatures,
  type LatchkeyOptions,
  type LatchkeyStructure,
  isListOfClasses,
  requireKnown,
  separate,
  separateHost,
} from './latchkey-options';
import { AccessModule } from './access/access.module';
import { SubmissionsModule } from './access/submissions/submissions.module';
import { AccountModule } from './account/account.module';
import { AuthModule } from './auth/auth.module';
import { PasswordsModule } from './auth/passwords/passwords.module';
import { DatabaseModule } from './database/database.module';
import { AuditModule } from './events/audit/audit.module';
import { NoticesModule } from './events/notices/notices.module';
import { FlashModule } from './flash/flash.module';
import { ApiDocsModule } from './http/api-docs/api-docs.module';
import { HealthModule } from './http/health/health.module';
import { InputPipe } from './http/input.pipe';
import { validateOwnBodies } from './http/own-input';
import { LatchkeyRoutesFilter } from './http/responses/latchkey-errors.filter';
import { ResponsesModule } from './http/responses/responses.module';
import { HttpModule } from './http/setup/http.module';
import { WellKnownModule } from './http/well-known/well-known.module';
import { MailModule } from './mail/mail.module';
import { LATCHKEY_ENTITIES } from './latchkey-entities';
import { loadSettings, SettingsError } from './options/load-settings';
import { checkOptions, settingsOf } from './options/option-settings';
import { CodeOptions } from './options/code-options';
import { Settings } from './options/settings';
import { SettingsModule } from './options/settings.module';
import { SessionsModule } from './sessions/sessions.module';
import { ThrottlingModule } from './throttling/throttling.module';
import { HOOKS } from './users/hook-runner';
import { UsersModule } from './users/users.module';

const FEATURES: Record<keyof LatchkeyFeatures, Type> = {
  audit: AuditModule,
  notices: NoticesModule,
  account: AccountModule,
  health: HealthModule,
  apiDocs: ApiDocsModule,
  wellKnown: WellKnownModule,
};

/** `database.dataSource` beside options that are not structure: `host` has it alone. */
type Structure = Omit<LatchkeyStructure, 'database'> & { host?: Required<DataSourceOption> | undefined };

/** Nest treats only the names listed here as structure, and hands the rest to `settingsFor`. */
const STRUCTURE = {
  features: undefined,
  pages: undefined,
  guards: undefined,
  errors: undefined,
  migrations: undefined,
  hooks: undefined,
  imports: undefined,
  steps: undefined,
  host: undefined,
} satisfies Record<keyof Structure, undefined> as Structure;
const ASYNC_NAMES = [
  ...['inject', 'useFactory', 'useClass', 'useExisting', 'provideInjectionTokensFrom'],
  'database',
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
      { provide: Settings, inject: [OPTIONS], useFactory: settingsFor(structure) },
      { provide: CodeOptions, inject: [OPTIONS], useFactory: codeOptionsFor },
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
    const { options: others, host } = separateHost(options);
    const given = Object.entries(others).filter(([name]) => !Object.hasOwn(STRUCTURE, name));
    refuseOwnDatabase(others, host);
    checkOptions(separate(Object.fromEntries(given)).settings);
    return super.forRoot({ ...others, host });
  }

  /** A wrong option of `useFactory` prevents the start. */
  static override forRootAsync(options: LatchkeyAsyncOptions): DynamicModule {
    requireKnown(Object.keys(options), ASYNC_NAMES, '');
    const { options: others, host } = separateHost(options);
    for (const name of Object.keys(others.database ?? {}))
      throw new SettingsError([`database.${name} belongs to what useFactory returns`]);
    return super.forRootAsync({ ...others, host });
  }

  /** @param options.settings that are loaded already; default: from the environment and `.env`, see docs/settings.md */
  static fromEnvironment(options: LatchkeyStructure & { settings?: Settings } = {}): DynamicModule {
    requireKnown(Object.keys(options), ['settings', 'database', ...Object.keys(STRUCTURE)], '');
    const { options: others, host } = separateHost(options);
    const { settings, ...structure } = others;
    return compose({ ...structure, host }, [
      settings
        ? { provide: Settings, useValue: settings }
        : { provide: Settings, useFactory: () => loadSettings(undefined, host === undefined) },
      { provide: CodeOptions, useValue: new CodeOptions() },
    ]);
  }
}

/** @param settings providers of Settings and CodeOptions */
function compose(structure: Structure, settings: Provider[]): DynamicModule {
  const {
    features = {},
    pages = true,
    guards = 'global',
    errors = 'latchkey',
    migrations = [],
    hooks = [],
    imports = [],
    steps,
    host,
  } = structure;
  requireOneOf('guards', guards, ['global', 'manual']);
  requireOneOf('errors', errors, ['latchkey', 'global']);
  if (!isListOfClasses(hooks)) throw new SettingsError(['hooks may be a list of classes']);
  requireKnown(Object.keys(features), Object.keys(FEATURES), 'features.');
  for (const [name, value = true] of Object.entries(features))
    requireOneOf(`features.${name}`, value, [true, false]);
  if (features.audit === false && features.account !== false)
    throw new SettingsError([
      'features.audit may be false only if features.account is too: it shows the activity',
    ]);
  if (host?.migrate === false && migrations.length > 0)
    throw new SettingsError(['migrations: with database.migrate false, your DataSource runs them']);
  const isOn = (name: string) => features[name as keyof LatchkeyFeatures] !== false;
  const chosen = Object.entries(FEATURES).filter(([name]) => isOn(name));
  if (errors === 'latchkey')
    bindOwnRoutes([AuthModule, UsersModule, ...chosen.map(([, feature]) => feature)]);
  return {
    module: LatchkeyModule,
    global: true,
    imports: [
      SettingsModule.providedBy(settings, imports, {
        guards,
        errors,
        features: Object.fromEntries(Object.keys(FEATURES).map((name) => [name, isOn(name)])),
      }),
      DatabaseModule.forRoot({ migrations, host: host && { ...host, entities: LATCHKEY_ENTITIES } }),
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
    providers: [...hooks, { provide: HOOKS, useValue: hooks }],
    // So that the application's modules can inject the services without importing anything.
    exports: [
      HOOKS,
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
      UseFilters(LatchkeyRoutesFilter)(controller);
      UsePipes(InputPipe)(controller);
      validateOwnBodies(controller);
    }
  }
}

const settingsFor =
  ({ host }: Structure) =>
  (options: LatchkeyOptions): Settings => {
    refuseOwnDatabase(options, host);
    return settingsOf(separate(options).settings, host === undefined);
  };
const codeOptionsFor = (options: LatchkeyOptions): CodeOptions => separate(options).code;

/** @throws SettingsError */
function refuseOwnDatabase({ database = {} }: LatchkeyOptions, host: Structure['host']): void {
  const names = Object.keys(database);
  if (names.includes('dataSource') || names.includes('migrate'))
    throw new SettingsError(['database.dataSource and database.migrate belong beside useFactory']);
  if (host && names.length > 0)
    throw new SettingsError(names.map((name) => `database.${name} cannot be beside database.dataSource`));
}

function requireOneOf(name: string, value: unknown, allowed: unknown[]): void {
  if (!allowed.includes(value)) throw new SettingsError([`${name} may be ${allowed.join(' or ')}`]);
}
