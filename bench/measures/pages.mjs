/** Requests per second and CPU per request: the welcome page, an ordinary one, JSON of a guarded route, the log-in form for a guest. */
import { drive, untilQuiet, warmUp } from '../drive.mjs';
import { Instance } from '../instance.mjs';
import { GROUPS, taking } from '../targets.mjs';
import { inTurns } from '../rounds.mjs';

const USERS = 32;

export async function pages(context) {
  const { services, options, note } = context;
  for (const group of GROUPS) {
    const instances = [];
    for (const target of taking(context.targets, 'pages', group.name)) {
      const instance = await Instance.create(target, context);
      await instance.upWithUsers(USERS);
      await warmUp(instance, services); // compiles its code; the one of its turn wakes it
      instances.push(instance);
    }
    await inTurns(options.rounds, instances, async (instance) => {
      const { target } = instance;
      const { welcome, ordinary, me, login } = target.paths;
      await warmUp(instance, services);
      for (const [what, path, asGuest] of [
        ['welcome', welcome, false],
        ['ordinary', ordinary, false],
        ['me', me, false],
        ['form', login, true],
      ]) {
        if (!path) continue;
        await untilQuiet();
        note(
          'pages',
          target,
          await drive(instance, services, path, { asGuest, seconds: options.seconds }),
          what,
        );
      }
    });
    for (const instance of instances) await instance.remove();
  }
}
