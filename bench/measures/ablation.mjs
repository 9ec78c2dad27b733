/** An ordinary page with each optimisation switched off in turn. See ../ablations.cjs. */
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import { drive, untilQuiet, warmUp } from '../drive.mjs';
import { Instance } from '../instance.mjs';
import { inTurns } from '../rounds.mjs';

const FILE = fileURLToPath(new URL('../ablations.cjs', import.meta.url));
const LEVERS = Object.keys(createRequire(import.meta.url)(FILE));
const USERS = 32;

/** @returns the target without each of the optimisations. */
export const ablated = (target) =>
  LEVERS.map((lever) => ({
    ...target,
    name: target.name.replace('/', ` without ${lever}/`),
    start: [target.start[0], '--require', FILE, ...target.start.slice(1)],
    env: { ...target.env, ABLATE: lever },
  }));

export async function ablation(context) {
  const { services, options, note } = context;
  for (const whole of context.targets) {
    const instances = [];
    for (const target of [whole, ...ablated(whole)]) {
      const instance = await Instance.create(target, context);
      await instance.upWithUsers(USERS);
      await warmUp(instance, services);
      instances.push(instance);
    }
    await inTurns(options.rounds, instances, async (instance) => {
      await warmUp(instance, services);
      await untilQuiet();
      const { ordinary } = instance.target.paths;
      note('ablation', instance.target, await drive(instance, services, ordinary, options));
    });
    for (const instance of instances) await instance.remove();
  }
}
