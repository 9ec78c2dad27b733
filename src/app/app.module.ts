import { type DynamicModule, Module, type Type } from '@nestjs/common';
import { LatchkeyModule, OpenConnections, type Settings } from '../index';
import { HomeModule } from './home/home.module';
import { LabModule } from './lab/lab.module';
import { MESSAGE_MIGRATIONS } from './messages/migrations';
import { MessagesModule } from './messages/messages.module';

/** The application: Latchkey, and the features that only the application has. */
@Module({})
export class AppModule {
  /** @param additions modules that only this process needs. */
  static forRoot(settings: Settings, additions: Type[] = []): DynamicModule {
    return {
      module: AppModule,
      imports: [
        LatchkeyModule.fromEnvironment({ settings, errors: 'global', migrations: MESSAGE_MIGRATIONS }),
        MessagesModule,
        HomeModule,
        ...(settings.metricsPort === undefined ? [] : [metricsModule()]),
        ...(settings.lab ? [LabModule] : []),
        ...additions,
      ],
      providers: [OpenConnections],
    };
  }
}

/** Loads prom-client only when needed. */
const metricsModule = () =>
  (require('../events/metrics') as typeof import('../events/metrics')).MetricsModule;
