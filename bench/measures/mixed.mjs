/** Requests per second, CPU and times of a mixed load, and the CPU of each kind of change alone: see ../mixed-load.mjs. */
import { run } from '../child.mjs';
import { untilQuiet } from '../drive.mjs';
import { Instance } from '../instance.mjs';
import { fillMessages } from '../message-rows.mjs';
import { inTurns } from '../rounds.mjs';
import { taking } from '../targets.mjs';

const AUTHORS = 32;
const MESSAGES = 10_000;
/** At cost 12 the hashes would be all that is seen. Each visitor comes from an address behind a proxy. */
const SETTINGS = { BCRYPT_COST: '4', ALLOW_UNSAFE: 'BCRYPT_COST', TRUST_PROXY: '1' };
/** The rare kinds need time. */
const LONGER = 2;
const CHANGES = ['post', 'relogin', 'signup'];

async function inMixes(measure, context, mixes) {
  const { services, options, note } = context;
  const instances = [];
  for (const target of taking(context.targets, measure).filter(({ paths }) => paths.post)) {
    const instance = await Instance.create(target, context);
    await instance.upWithUsers(AUTHORS, SETTINGS);
    await fillMessages(instance, MESSAGES);
    instances.push(Object.assign(instance, { turns: 0 }));
  }
  await inTurns(options.rounds, instances, async (instance) => {
    const { target, base, pid } = instance;
    for (const [name, mix] of mixes) {
      await untilQuiet();
      const seconds = LONGER * options.seconds;
      const turn = ++instance.turns;
      const job = { target, base, pid, pids: services.pids, mix, seconds, turn };
      const { all, kinds } = await run('mixed-load.mjs', JSON.stringify(job));
      note(measure, target, all, name);
      for (const [kind, values] of Object.entries(kinds))
        note(measure, target, { ...values, foreign: all.foreign }, `${name}.${kind}`);
    }
  });
  for (const instance of instances) await instance.remove();
}

export const mixed = (context) => inMixes('mixed', context, [['all', context.options.mix]]);

export const changes = (context) =>
  inMixes(
    'changes',
    context,
    CHANGES.map((kind) => [kind, `${kind}=1`]),
  );
