#!/usr/bin/env node
import 'reflect-metadata';
import { Command, CommanderError } from 'commander';
import { SettingsError } from '../options/load-settings';
import { ForeignTables } from '../database/foreign-tables';
import { addAdminCommands } from './admin-commands';
import { chooseApplication } from './application-file';
import { addAuditCommands } from './audit-commands';
import { CommandFailure, printable } from './printable';
import { addDoctorCommand } from './doctor-command';
import { addRoutesCommand } from './routes-command';
import { addUserCommands } from './user-commands';

const EXIT_CODES = `
Exit code: 0 done, 1 refused or something was found, 2 it could not be run (usage, settings, database).
With --app, or latchkey.app in package.json, commands work on that application with its options. Otherwise the settings are
the environment, over a file .env in this folder.`;

async function run(): Promise<void> {
  const program = new Command('latchkey')
    .description('Looks after an installation of Latchkey.')
    .addHelpText('after', EXIT_CODES)
    .option('--app <file>', "the built file of your application's root module, such as dist/app.module.js")
    .hook('preAction', (_, command) => chooseApplication(command.optsWithGlobals<{ app?: string }>().app))
    .showHelpAfterError()
    .exitOverride();
  addDoctorCommand(program);
  addAuditCommands(program);
  addAdminCommands(program);
  addUserCommands(program);
  addRoutesCommand(program);
  await program.parseAsync();
}

run().catch((error: unknown) => {
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2; // commander has printed the error
    return;
  }
  const isRefusal = error instanceof CommandFailure;
  const isExpected = isRefusal || error instanceof SettingsError || error instanceof ForeignTables;
  // The message can quote untrusted text from a file, a database or a server.
  if (error instanceof Error)
    console.error(printable(isExpected ? error.message : (error.stack ?? error.message)));
  else console.error(printable(String(error)));
  process.exitCode = isRefusal ? 1 : 2;
});
