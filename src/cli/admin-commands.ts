import type { Command } from 'commander';
import type { Role } from '../access/roles';
import { normalForm } from '../http/text/normal-form';
import { usernameObjections } from '../users/username';
import { UsersService } from '../users/users-service';
import { explain } from './explain';
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
    .action((name: string) => change(name, true));
  admin
    .command('revoke <name>')
    .description('make an admin a user like all others, who then logs in again')
    .action((name: string) => change(name, false));
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
    await users.changeRoles(id, ['admin']);
    console.log(`${quoted(username)} is an admin and may log in.`);
  });
}

async function change(name: string, isAdmin: boolean): Promise<void> {
  await withApplication(async (app) => {
    const { id, username, roles } = await findUser(app, name);
    // `user` is the role of those who have no other.
    const others = roles.filter((role) => role !== 'admin' && role !== 'user');
    const next: Role[] = isAdmin ? [...others, 'admin'] : others.length > 0 ? others : ['user'];
    const isChanged = await app.get(UsersService, { strict: false }).changeRoles(id, next);
    const now = isAdmin ? 'an admin' : 'no admin';
    console.log(
      `${quoted(username)} is ${now}${isChanged ? ' now, and logged out everywhere.' : ' already.'}`,
    );
  });
}
