/** The time from the start of the process to the first 200, and its memory before the first visit. */
import { setTimeout as delay } from 'node:timers/promises';
import { untilQuiet } from '../drive.mjs';
import { Instance } from '../instance.mjs';
import { residentMiB } from '../processes.mjs';
import { inTurns } from '../rounds.mjs';
import { taking } from '../targets.mjs';

export async function startUp(context) {
  const { options, note } = context;
  const instances = [];
  for (const target of taking(context.targets, 'start')) {
    const instance = await Instance.create(target, context);
    await instance.up(); // creates its tables, and loads its files from disk
    await instance.down();
    instances.push(instance);
  }
  await inTurns(options.rounds, instances, async (instance) => {
    await untilQuiet();
    const ms = await instance.up();
    await delay(1_000);
    note('start', instance.target, { ms, idleMiB: residentMiB(instance.pid) });
    await instance.down();
  });
  for (const instance of instances) await instance.remove();
}
