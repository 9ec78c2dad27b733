import { join } from 'node:path';
import { type DynamicModule, Logger, Module, type OnModuleInit } from '@nestjs/common';
import { ConfigModule } from '@nestjs/config';
import { Clock, SystemClock } from './clock';
import { PACKAGE_ROOT } from './package-root';
import { Settings } from './settings';
import { ViewFolders } from './view-folders';

const OUR_VIEWS = join(PACKAGE_ROOT, 'views');

/**
 * Provides the settings, the clock and the view folders globally, and `ConfigService` for your own settings.
 */
@Module({})
export class SettingsModule implements OnModuleInit {
  constructor(private readonly settings: Settings) {}

  static forRoot(settings: Settings): DynamicModule {
    return {
      module: SettingsModule,
      global: true,
      imports: [ConfigModule.forRoot({ isGlobal: true, load: [() => ({ latchkey: settings })] })],
      providers: [
        { provide: Settings, useValue: settings },
        { provide: Clock, useClass: SystemClock },
        { provide: ViewFolders, useFactory: () => new ViewFolders([OUR_VIEWS]) },
      ],
      exports: [Settings, Clock, ViewFolders],
    };
  }

  onModuleInit(): void {
    const logger = new Logger('Settings');
    for (const warning of this.settings.warnings.splice(0)) logger.warn(warning);
  }
}
