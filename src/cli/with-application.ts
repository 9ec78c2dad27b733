import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { loadSettings } from '../options/load-settings';
import type { User } from '../users/user.entity';
import { UsersService } from '../users/users-service';
import { CommandModule } from './command.module';
import { CommandFailure, quoted } from './printable';

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

/** Ignores case. @throws CommandFailure if there is no such user. */
export async function findUser(app: INestApplicationContext, name: string): Promise<User> {
  const user = await app.get(UsersService, { strict: false }).findByUsername(name);
  if (!user) throw new CommandFailure(`There is no user named ${quoted(name)}.`);
  return user;
}
