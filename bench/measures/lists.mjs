/** The newest 20 of 10,000 messages by 32 users, as a page and as JSON. */
import { drive, untilQuiet, warmUp } from '../drive.mjs';
import { Instance } from '../instance.mjs';
import { fillMessages } from '../message-rows.mjs';
import { inTurns } from '../rounds.mjs';
import { taking } from '../targets.mjs';

const USERS = 32;
const MESSAGES = 10_000;

export async function lists(context) {
  const { services, options, note } = context;
  const instances = [];
  for (const target of taking(context.targets, 'lists').filter(({ paths }) => paths.messages)) {
    const instance = await Instance.create(target, context);
    await instance.upWithUsers(USERS);
    await fillMessages(instance, MESSAGES);
    await drive(instance, services, target.paths.messages, options); // compiles its code
    instances.push(instance);
  }
  await inTurns(options.rounds, instances, async (instance) => {
    const { target } = instance;
    await warmUp(instance, services);
    for (const [what, path] of [
      ['page', target.paths.messages],
      ['json', target.paths.apiMessages],
    ]) {
      await untilQuiet();
      note('lists', target, await drive(instance, services, path, { seconds: options.seconds }), what);
    }
  });
  for (const instance of instances) await instance.remove();
}
