import type { INestApplicationContext } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { User } from '../users/user.entity';
import { UsersService } from '../users/users-service';
import { loadSettings } from '../options/load-settings';
import { chosenModule } from './application-file';
import { CommandModule } from './command.module';
import { CommandFailure, quoted } from './printable';

/** Sets the application up without listening, migrates the database, runs `work` and closes everything. */
export async function withApplication(
  work: (app: INestApplicationContext) => Promise<void> | void,
): Promise<void> {
  const root = (await chosenModule()) ?? CommandModule.forRoot(loadSettings());
  const app = await NestFactory.createApplicationContext(root, {
    logger: ['fatal', 'error'],
    abortOnError: false,
  });
  try {
    requireLatchkey(app);
    await work(app);
  } finally {
    await app.close(); // also drains the audit queue
  }
}

/** Of this very package: a second copy of it has classes of its own. */
function requireLatchkey(app: INestApplicationContext): void {
  try {
    app.get(UsersService, { strict: false });
  } catch {
    throw new CommandFailure(
      'This application has no LatchkeyModule of this package. Run the command by npx in its folder.',
    );
  }
}

/** Ignores case. @throws CommandFailure if there is no such user. */
export async function findUser(app: INestApplicationContext, name: string): Promise<User> {
  const user = await app.get(UsersService, { strict: false }).findByUsername(name);
  if (!user) throw new CommandFailure(`There is no user named ${quoted(name)}.`);
  return user;
}
