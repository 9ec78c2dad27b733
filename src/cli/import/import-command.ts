import { MultiBar, Presets } from 'cli-progress';
import { Clock } from '../../options/clock';
import { readSettings } from '../../options/load-settings';
import { Settings } from '../../options/settings';
import { SecurityEventBus } from '../../events/bus/security-event-bus';
import { isApplicationChosen } from '../application-file';
import { CommandFailure, printable } from '../printable';
import { withReader, withStore } from './import-targets';
import { openRows } from './open-rows';
import { type ImportTarget, UserImport } from './user-import';

/** Imports users from a file. Reports each refused or listed row on standard error. */
export async function importUsers(path: string, { dryRun = false }: { dryRun?: boolean }): Promise<void> {
  const rows = await openRows(path);
  const progress = process.stderr.isTTY ? progressBar(rows.total) : null;
  const tell = (line: string) => {
    if (progress) progress.log(printable(line));
    else console.error(printable(line));
  };

  const run = async (target: ImportTarget, now: () => number, cost: number) => {
    const made = new UserImport(target, tell, now, cost);
    return { made, done: made.run(rows, () => progress?.update(rows.done)).finally(() => progress?.stop()) };
  };
  if (dryRun && !isApplicationChosen()) {
    const settings = readSettings();
    await withReader(settings, async (target) => {
      const { made, done } = await run(target, Date.now, settings.bcryptCost);
      await done;
      report(made, 'Would be imported');
    });
    return;
  }
  await withStore(async (target, app) => {
    const clock = app.get(Clock, { strict: false });
    const { bcryptCost } = app.get(Settings, { strict: false });
    const given = dryRun ? { ...target, insert: async () => undefined } : target;
    const { made, done } = await run(given, () => clock.now(), bcryptCost);
    try {
      await done;
    } finally {
      const count = dryRun ? 0 : made.imported;
      if (count > 0) app.get(SecurityEventBus, { strict: false }).publish('users.imported', { count });
    }
    report(made, dryRun ? 'Would be imported' : 'Imported');
  });
}

function progressBar(total: number) {
  const bars = new MultiBar(
    { format: '{bar} {percentage} %, {eta_formatted} left', stream: process.stderr },
    Presets.shades_classic,
  );
  const bar = bars.create(total, 0);
  return {
    log: (line: string) => bars.log(`${line}\n`),
    update: (done: number) => bar.update(done),
    stop: () => bars.stop(),
  };
}

function report({ imported, present, refused, listed }: UserImport, word: string): void {
  console.log(
    `${word}: ${imported}, of which ${listed} are listed. There already: ${present}. Refused: ${refused}.`,
  );
  if (refused > 0) throw new CommandFailure('Rows that were refused are named above.');
}
