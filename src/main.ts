import { availableParallelism } from 'node:os';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { AppModule } from './app.module';
import { ApplicationLogger } from './config/application-logger';
import { logWhatNobodyCaught } from './config/last-resort';
import { loadSettings, SettingsError } from './config/load-settings';
import { neverFailByTheLog } from './config/log-streams';
import { productionWarnings } from './config/production-rules';
import { configureApp } from './configure-app';

async function start(): Promise<void> {
  const settings = loadSettings();
  const logger = new ApplicationLogger(settings);
  for (const warning of productionWarnings(settings)) logger.warn(warning);

  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(settings), {
    logger,
    bodyParser: false, // the request pipeline reads bodies, after it knows whose they are
  });
  logWhatNobodyCaught(logger, () => app.close());
  await configureApp(app).listen(settings.port, settings.host);

  logger.log(`API documentation: ${settings.baseUrl}/api/docs`);
  logger.log(`Latchkey listens. Open ${settings.baseUrl}`);
}

// Queries and file access share libuv's threads with bcrypt, which takes as many as there are cores.
process.env.UV_THREADPOOL_SIZE ??= String(availableParallelism() + 4);

neverFailByTheLog(process.stdout, process.stderr);
start().catch((error: unknown) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1); // what has been opened already (a database, timers) would keep it alive
});
