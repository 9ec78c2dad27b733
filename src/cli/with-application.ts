import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { AppModule } from '../app.module';
import { loadSettings } from '../config/load-settings';

/** Does something with the application as it is set up here, migrated and without listening; closes it afterwards. */
export async function withApplication(work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  const app = await NestFactory.createApplicationContext(AppModule.forRoot(loadSettings()), {
    logger: ['fatal', 'error'],
    abortOnError: false,
  });
  try {
    await work(app);
  } finally {
    await app.close(); // also writes what is to be said in the audit log
  }
}
