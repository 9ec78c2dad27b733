import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandModule } from './command.module';
import { loadSettings } from '../options/load-settings';

/** Does something with the application as it is set up here, migrated and without listening; closes it afterwards. */
export async function withApplication(work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  const app = await NestFactory.createApplicationContext(CommandModule.forRoot(loadSettings()), {
    logger: ['fatal', 'error'],
    abortOnError: false,
  });
  try {
    await work(app);
  } finally {
    await app.close(); // also writes what is to be said in the audit log
  }
}
