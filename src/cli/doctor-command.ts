import type { Command } from 'commander';
import { readSettings } from '../options/load-settings';
import { databaseChecks } from './checks/database-checks';
import { fileChecks } from './checks/file-checks';
import type { Finding } from './checks/finding';
import { serviceChecks } from './checks/service-checks';
import { settingChecks } from './checks/setting-checks';
import { isApplicationChosen } from './application-file';
import { CommandFailure, printable } from './printable';

/** Reports problems that prevent a safe start, with remedies. It changes nothing. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .description('check settings, files, database and what else an installation needs; changes nothing')
    .action(async () => {
      if (isApplicationChosen())
        console.log('Only the settings of the environment are checked, not the options of the application.');
      const settings = readSettings();
      const parts = [settingChecks, fileChecks, databaseChecks, serviceChecks];
      let refused = 0;
      for (const part of parts) {
        for await (const finding of part(settings)) {
          console.log(printable(lineOf(finding)));
          if (finding.state === 'refused') refused++;
        }
      }
      if (refused > 0)
        throw new CommandFailure(`\n${refused} ${refused === 1 ? 'problem' : 'problems'} to fix`);
    });
}

function lineOf({ state, what, remedy }: Finding): string {
  return `${state.padEnd(8)} ${what}${remedy === undefined ? '' : `: ${remedy}`}`;
}
