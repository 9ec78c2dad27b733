import type { Command } from 'commander';
import { UsersService } from '../users/users-service';
import { findUser } from './find-user';
import { withApplication } from './with-application';

/** Keeps users out, and lets them in again. */
export function addUserCommands(program: Command): void {
  const user = program.command('user').description('keep a user out, or let one in again');
  user
    .command('disable <name>')
    .description('keep a user out from now on, on every device; nothing is deleted')
    .action((name: string) =>
      withApplication(async (app) => {
        const { id, username } = await findUser(app, name);
        await app.get(UsersService, { strict: false }).disable(id);
        console.log(`"${username}" is disabled, and logged out everywhere.`);
      }),
    );
  user
    .command('enable <name>')
    .description('let a disabled user log in again')
    .action((name: string) =>
      withApplication(async (app) => {
        const { id, username } = await findUser(app, name);
        await app.get(UsersService, { strict: false }).enable(id);
        console.log(`"${username}" may log in again.`);
      }),
    );
}
