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
import { RouterModule } from '@nestjs/core';
import {
  type LatchkeyAsyncOptions,
  type LatchkeyFeatures,
  type LatchkeyOptions,
  type LatchkeyStructure,
  hostOf,
  isListOfClasses,
  requireKnown,
  requireNoAddress,
  separate,
  isObject,
  STRUCTURE_OF,
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
import { LATCHKEY_ENTITIES, protectTables } from './latchkey-entities';
import { SettingsError } from './options/load-settings';
import { checkOptions, settingsOf, settingsOfEnvironment } from './options/option-settings';
import { CodeOptions } from './options/code-options';
import { SettingOverrides } from './options/setting-overrides';
import { Settings } from './options/settings';
import { SettingsModule } from './options/settings.module';
import { RoleModel, roleModelOf } from './options/role-model';
import { UserModel } from './options/user-model';
import { SessionsModule } from './sessions/sessions.module';
import { ThrottlingModule } from './throttling/throttling.module';
import { HOOKS } from './users/hook-runner';
import { leaveToMigrations } from './users/own-columns';
import { requireUserModel } from './users/require-user-model';
import { UsersModule } from './users/users.module';

const FEATURES: Record<keyof LatchkeyFeatures, Type> = {
  audit: AuditModule,
  notices: NoticesModule,
  account: AccountModule,
  health: HealthModule,
  apiDocs: ApiDocsModule,
  wellKnown: WellKnownModule,
};

const STRUCTURE = {
  basePath: undefined,
  database: undefined,
  users: undefined,
  roles: undefined,
  permissions: undefined,
  features: undefined,
  pages: undefined,
  guards: undefined,
  errors: undefined,
  migrations: undefined,
  hooks: undefined,
  imports: undefined,
  steps: undefined,
} satisfies Record<keyof LatchkeyStructure, undefined>;
const ASYNC_NAMES = [
  ...['inject', 'useFactory', 'useClass', 'useExisting', 'provideInjectionTokensFrom'],
  ...Object.keys(STRUCTURE),
];

const OPTIONS = Symbol('options of LatchkeyModule');
const { ConfigurableModuleClass } = new ConfigurableModuleBuilder<LatchkeyOptions>({
  optionsInjectionToken: OPTIONS,
})
  .setClassMethodName('forRoot')
  .build();

/**
 * All of Latchkey in one import: sign-up, log-in, sessions, guards, and every route closed that is not `@Public()`.
 * @example LatchkeyModule.forRoot({ session: { secret } })
 */
@Module({})
export class LatchkeyModule extends ConfigurableModuleClass {
  /** @throws SettingsError that names every unknown or wrong option */
  static override forRoot(options: LatchkeyOptions & LatchkeyStructure = {}): DynamicModule {
    const { structure, computed } = apart(options);
    if (structure.database?.dataSource !== undefined) requireNoAddress(computed);
    checkOptions(separate(computed).settings);
    return compose(structure, withSettings(super.forRoot(computed), structure));
  }

  /** A wrong option of `useFactory` prevents the start. */
  static override forRootAsync(options: LatchkeyAsyncOptions): DynamicModule {
    requireKnown(Object.keys(options), ASYNC_NAMES, '');
    return compose(options, withSettings(super.forRootAsync(options), options));
  }

  /** @param options.settings that are loaded already; default: from the environment and `.env`, see docs/settings.md */
  static fromEnvironment(options: LatchkeyStructure & { settings?: Settings } = {}): DynamicModule {
    requireKnown(Object.keys(options), ['settings', ...Object.keys(STRUCTURE)], '');
    const { settings, ...structure } = options;
    return compose(structure, [
      settings
        ? { provide: Settings, useValue: settings }
        : {
            provide: Settings,
            inject: [SettingOverrides],
            useFactory: (overrides: SettingOverrides) =>
              settingsOfEnvironment(hasOwnDatabase(structure), overrides.options),
          },
      { provide: CodeOptions, useValue: new CodeOptions() },
    ]);
  }
}

/** What decides about modules, and what `forRootAsync` may compute. Some groups hold options of both kinds. */
function apart(options: LatchkeyOptions & LatchkeyStructure): {
  structure: LatchkeyStructure;
  computed: LatchkeyOptions;
} {
  const [structure, computed] = partedBy(STRUCTURE, options) as Record<string, unknown>[];
  for (const [group, names] of Object.entries(STRUCTURE_OF)) {
    const given = structure[group];
    Reflect.deleteProperty(structure, group);
    if (given === undefined) continue;
    const [inside, outside] = isObject(given) ? partedBy(names, given) : [{}, given];
    if (Object.keys(inside).length > 0) structure[group] = inside;
    if (!isObject(outside) || Object.keys(outside).length > 0) computed[group] = outside;
  }
  return { structure, computed };
}

function partedBy(names: object, options: object): [inside: object, outside: object] {
  const entries = Object.entries(options);
  const isInside = ([name]: [string, unknown]) => Object.hasOwn(names, name);
  return [
    Object.fromEntries(entries.filter(isInside)),
    Object.fromEntries(entries.filter((entry) => !isInside(entry))),
  ];
}

/** Providers of the options, and of Settings and CodeOptions by these. */
const withSettings = ({ providers = [] }: DynamicModule, structure: LatchkeyStructure): Provider[] => [
  ...providers,
  { provide: Settings, inject: [OPTIONS, SettingOverrides], useFactory: settingsFor(structure) },
  { provide: CodeOptions, inject: [OPTIONS], useFactory: codeOptionsFor },
];

/** @param settings providers of Settings and CodeOptions */
function compose(structure: LatchkeyStructure, settings: Provider[]): DynamicModule {
  const {
    basePath = '',
    features = {},
    pages = true,
    guards = 'global',
    errors = 'latchkey',
    migrations = [],
    hooks = [],
    imports = [],
    steps,
    database,
    users = {},
    roles,
    permissions,
  } = structure;
  requireBasePath(basePath);
  requireOneOf('guards', guards, ['global', 'manual']);
  requireOneOf('errors', errors, ['latchkey', 'global']);
  if (!isListOfClasses(hooks)) throw new SettingsError(['hooks may be a list of classes']);
  requireKnown(Object.keys(features), Object.keys(FEATURES), 'features.');
  requireKnown(Object.keys(users), Object.keys(STRUCTURE_OF.users), 'users.', ' here');
  const model = Object.assign(new UserModel(), users);
  requireUserModel(model);
  if (users.entity) leaveToMigrations(users.entity);
  for (const [name, value = true] of Object.entries(features))
    requireOneOf(`features.${name}`, value, [true, false]);
  if (features.audit === false && features.account !== false)
    throw new SettingsError([
      'features.audit may be false only if features.account is too: it shows the activity',
    ]);
  const host = hostOf(database);
  if (host) protectTables();
  if (host?.migrate === false && migrations.length > 0)
    throw new SettingsError(['migrations: with database.migrate false, your DataSource runs them']);
  const entities = users.entity ? [users.entity] : [];
  const isOn = (name: string) => features[name as keyof LatchkeyFeatures] !== false;
  const chosen = Object.entries(FEATURES).filter(([name]) => isOn(name));
  const routed = [AuthModule, UsersModule, ...chosen.map(([, feature]) => feature)];
  if (errors === 'latchkey') bindOwnRoutes(routed);
  return {
    module: LatchkeyModule,
    global: true,
    imports: [
      SettingsModule.providedBy(
        [
          ...settings,
          { provide: UserModel, useValue: model },
          { provide: RoleModel, useValue: roleModelOf(roles, permissions) },
        ],
        imports,
        {
          guards,
          errors,
          pages,
          basePath,
          features: Object.fromEntries(Object.keys(FEATURES).map((name) => [name, isOn(name)])),
        },
      ),
      DatabaseModule.forRoot({
        migrations,
        entities,
        host: host && { ...host, entities: [...LATCHKEY_ENTITIES, ...entities] },
      }),
      ...(basePath === '' ? [] : [RouterModule.register(below(basePath, routed))]),
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

const hasOwnDatabase = ({ database }: LatchkeyStructure): boolean => database?.dataSource === undefined;

const settingsFor =
  (structure: LatchkeyStructure) =>
  (options: LatchkeyOptions, overrides: SettingOverrides): Settings => {
    const { settings } = separate(options);
    if (!hasOwnDatabase(structure)) requireNoAddress(options);
    return settingsOf(settings, hasOwnDatabase(structure), overrides.options);
  };
const codeOptionsFor = (options: LatchkeyOptions): CodeOptions => separate(options).code;

/** RFC 8615 fixes the place of well-known addresses. */
const below = (path: string, modules: Type[]) =>
  modules.filter((module) => module !== WellKnownModule).map((module) => ({ path, module }));

function requireBasePath(basePath: unknown): void {
  if (typeof basePath !== 'string' || !/^(\/[\w~-][\w.~-]*)*$/.test(basePath))
    throw new SettingsError(['basePath may be a path such as /auth, without a slash at its end']);
}

function requireOneOf(name: string, value: unknown, allowed: unknown[]): void {
  if (!allowed.includes(value)) throw new SettingsError([`${name} may be ${allowed.join(' or ')}`]);
}
