import type { INestApplicationContext } from '@nestjs/common';
import type { User } from '../users/user.entity';
import { UsersService } from '../users/users-service';
import { CommandFailure } from './command-failure';
import { quoted } from './printable';

/** Ignores case. @throws CommandFailure if there is no such user. */
export async function findUser(app: INestApplicationContext, name: string): Promise<User> {
  const user = await app.get(UsersService, { strict: false }).findByUsername(name);
  if (!user) throw new CommandFailure(`There is no user named ${quoted(name)}.`);
  return user;
}
