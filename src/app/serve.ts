import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { HashingChildModule, LatchkeyExpressAdapter, type Settings, useCheapAsyncBind } from '../index';
import type { ApplicationLogger } from '../options/application-logger';
import { installCrashHandlers } from '../options/crash-handlers';
import { AppModule } from './app.module';
import { configureApp } from './configure-app';

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
