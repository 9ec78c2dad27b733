import { join } from 'node:path';
import {
  type DynamicModule,
  Logger,
  Module,
  type ModuleMetadata,
  type OnModuleInit,
  type Provider,
} from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { BasePath } from './base-path';
import { Clock, SystemClock } from './clock';
import { SettingsError } from './load-settings';
import { PACKAGE_ROOT } from './package-root';
import { Reach } from './reach';
import { RecurringJobs } from './recurring-jobs';
import { CodeOptions } from './code-options';
import { SettingOverrides } from './setting-overrides';
import { Settings } from './settings';
import { RoleModel } from './role-model';
import { UserModel } from './user-model';
import { ViewFolders } from './view-folders';

const OUR_VIEWS = join(PACKAGE_ROOT, 'views');

/** Provides the settings, the clock, the view folders and the recurring jobs globally. */
@Module({})
export class SettingsModule implements OnModuleInit {
  constructor(
    private readonly settings: Settings,
    modules: ModulesContainer,
  ) {
    requireOneSettingsModule(modules);
  }

  static forRoot(settings: Settings): DynamicModule {
    return this.providedBy([
      { provide: Settings, useValue: settings },
      { provide: CodeOptions, useValue: new CodeOptions() },
      { provide: UserModel, useValue: new UserModel() },
      { provide: RoleModel, useValue: new RoleModel() },
    ]);
  }

  /** @param providers of `Settings`, `CodeOptions`, `UserModel` and `RoleModel`. @param imports that they need. */
  static providedBy(
    providers: Provider[],
    imports: ModuleMetadata['imports'] = [],
    reach = new Reach(),
  ): DynamicModule {
    return {
      module: SettingsModule,
      global: true,
      imports,
      providers: [
        ...providers,
        SettingOverrides,
        { provide: Reach, useValue: reach },
        { provide: Clock, useClass: SystemClock },
        BasePath,
        RecurringJobs,
        { provide: ViewFolders, useFactory: () => new ViewFolders([OUR_VIEWS]) },
      ],
      exports: [
        Settings,
        Reach,
        BasePath,
        CodeOptions,
        UserModel,
        RoleModel,
        Clock,
        RecurringJobs,
        ViewFolders,
      ],
    };
  }

  onModuleInit(): void {
    const logger = new Logger('Settings');
    for (const warning of this.settings.warnings.splice(0)) logger.warn(warning);
  }
}

/**
 * Nest would give every module the settings of one of them: the guards of an application could be those that a library
 * asked for, and nobody would notice.
 */
export function requireOneSettingsModule(modules: ModulesContainer): void {
  const found = [...modules.values()].filter(({ metatype }) => metatype === SettingsModule);
  if (found.length > 1)
    throw new SettingsError([
      'LatchkeyModule or SettingsModule is imported with options more than once. Do it in the root module alone',
    ]);
}
