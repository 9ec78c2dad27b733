import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { CommandModule } from './command.module';
import { loadSettings } from '../options/load-settings';

/** Sets the application up without listening, migrates the database, runs `work` and closes everything. */
export async function withApplication(work: (app: INestApplicationContext) => Promise<void>): Promise<void> {
  const app = await NestFactory.createApplicationContext(CommandModule.forRoot(loadSettings()), {
    logger: ['fatal', 'error'],
    abortOnError: false,
  });
  try {
    await work(app);
  } finally {
    await app.close(); // also drains the audit queue
  }
}
