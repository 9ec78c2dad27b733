import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module';
import type { ApplicationLogger } from '../options/application-logger';
import { installCrashHandlers } from '../options/crash-handlers';
import type { Settings } from '../options/settings';
import { useCheapAsyncBind } from '../http/cheap-async-bind';
import { LatchkeyExpressAdapter } from '../http/latchkey-express-adapter';
import { configureApp } from '../http/setup/configure-app';
import { HashingChildModule } from '../auth/passwords/hashing-child';

export async function serve(settings: Settings, logger: ApplicationLogger): Promise<void> {
  useCheapAsyncBind();
  const app = await NestFactory.create<NestExpressApplication>(
    AppModule.forRoot(settings, [HashingChildModule]),
    new LatchkeyExpressAdapter(),
    {
      logger,
      bodyParser: false, // the request pipeline parses bodies after it identifies the user
    },
  );
  installCrashHandlers(logger, () => app.close());
  await configureApp(app).listen(settings.port, settings.host);
}
