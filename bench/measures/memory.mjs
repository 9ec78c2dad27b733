/** Memory after 10,000 log-ins at cost 4, which create as many sessions. */
import { setTimeout as delay } from 'node:timers/promises';
import { load } from '../child.mjs';
import { Instance } from '../instance.mjs';
import { residentMiB } from '../processes.mjs';
import { taking } from '../targets.mjs';

const USERS = 64;
const LOGINS = 10_000;
const AT_MOST_SECONDS = 240;

export async function memory(context) {
  for (const target of taking(context.targets, 'memory', 'redispg/1p')) {
    const instance = await Instance.create(target, context);
    await instance.upForLogins(4);
    await instance.populate(USERS);
    const before = residentMiB(instance.pid);
    const job = { kind: 'logins', users: USERS, atOnce: 16, seconds: AT_MOST_SECONDS, most: LOGINS };
    const { count } = await load(instance, job);
    await delay(1_000);
    const after = residentMiB(instance.pid);
    context.note('memory', target, { before, after, more: after - before, count });
    await instance.remove();
  }
}
