import { HttpException } from '@nestjs/common';
import type { Command } from 'commander';
import type { Role } from '../access/principal';
import { InvalidInput } from '../http/errors';
import { normalForm } from '../http/text/normal-form';
import { usernameObjections } from '../users/username';
import { UsersService } from '../users/users-service';
import { CommandFailure, quoted } from './printable';
import { findUser, withApplication } from './with-application';
import { readNewPassword } from './read-new-password';

/** Manages admins from the command line, as no admin exists at first. */
export function addAdminCommands(program: Command): void {
  const admin = program.command('admin').description('make admins');
  admin
    .command('create <name>')
    .description(
      'make a new account that is an admin; asks for its password, or reads it as a line of standard input',
    )
    .action(create);
  admin
    .command('grant <name>')
    .description('make a user an admin, who then logs in again')
    .action((name: string) => change(name, 'admin'));
  admin
    .command('revoke <name>')
    .description('make an admin a user like all others, who then logs in again')
    .action((name: string) => change(name, 'user'));
}

async function create(name: string): Promise<void> {
  const username = normalForm(name.trim(), 'NFC');
  const objections = usernameObjections(username);
  if (objections.length > 0)
    throw new CommandFailure(`${quoted(name)} is no username: ${objections.join(' ')}`);
  const password = await readNewPassword();
  await withApplication(async (app) => {
    const users = app.get(UsersService, { strict: false });
    const { id } = await users.create({ username, password }).catch(explain);
    await users.changeRole(id, 'admin');
    console.log(`${quoted(username)} is an admin and may log in.`);
  });
}

async function change(name: string, role: Role): Promise<void> {
  await withApplication(async (app) => {
    const { id, username } = await findUser(app, name);
    const isChanged = await app.get(UsersService, { strict: false }).changeRole(id, role);
    const now = role === 'admin' ? 'an admin' : 'no admin';
    console.log(
      `${quoted(username)} is ${now}${isChanged ? ' now, and logged out everywhere.' : ' already.'}`,
    );
  });
}

/** Shows refusals without a stack trace. */
function explain(error: unknown): never {
  if (error instanceof InvalidInput) {
    throw new CommandFailure(
      Object.entries(error.errors)
        .map(([field, texts]) => `${field}: ${texts.join(' ')}`)
        .join('\n'),
    );
  }
  if (error instanceof HttpException && error.getStatus() === 409)
    throw new CommandFailure('This name is taken.');
  throw error;
}
