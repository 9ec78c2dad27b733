import type { Command } from 'commander';
import type { Role } from '../access/roles';
import { UsersService } from '../users/users-service';
import { findUser, withApplication } from './with-application';
import { importUsers } from './import/import-command';
import { explain } from './explain';
import { quoted } from './printable';

export function addUserCommands(program: Command): void {
  const user = program
    .command('user')
    .alias('users')
    .description('keep a user out, let one in again, or import users');
  user
    .command('disable <name>')
    .description('keep a user out from now on, on every device; nothing is deleted')
    .action((name: string) =>
      withApplication(async (app) => {
        const { id, username } = await findUser(app, name);
        await app.get(UsersService, { strict: false }).disable(id);
        console.log(`${quoted(username)} is disabled, and logged out everywhere.`);
      }),
    );
  user
    .command('enable <name>')
    .description('let a disabled user log in again')
    .action((name: string) =>
      withApplication(async (app) => {
        const { id, username } = await findUser(app, name);
        await app.get(UsersService, { strict: false }).enable(id);
        console.log(`${quoted(username)} may log in again.`);
      }),
    );
  user
    .command('roles <name> <role...>')
    .description('replace the roles of a user, who then logs in again')
    .action((name: string, roles: Role[]) =>
      withApplication(async (app) => {
        const { id, username } = await findUser(app, name);
        await app.get(UsersService, { strict: false }).changeRoles(id, roles).catch(explain);
        console.log(`${quoted(username)} has the roles ${roles.join(', ')}.`);
      }),
    );
  user
    .command('import <file>')
    .description(
      'import users with their password hashes: CSV, JSON Lines, or the SQLite file of a Flask application',
    )
    .option('--dry-run', 'read and check everything, and change nothing')
    .action(importUsers);
}
