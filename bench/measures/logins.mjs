/** Log-ins a second at cost 12, and what a storm of them does to those who are logged in already. */
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { inside, insideSettings, load, run } from '../child.mjs';
import { meter, untilQuiet, warmUp } from '../drive.mjs';
import { Instance } from '../instance.mjs';
import { inTurns } from '../rounds.mjs';

const USERS = 8;
const STORMS = [16, 64];
/** Visits a second. */
const RATE = 100;
/** Until the first log-ins are hashed and the queue is as long as it gets. */
const RISE_MS = 1_500;

/** The page's time and the event loop's lateness for some seconds. */
async function visit(instance, seconds) {
  const { seen, result } = await inside(instance, () =>
    load(instance, { kind: 'visits', rate: RATE, seconds }),
  );
  return { p50: result.p50, p99: result.p99, stall: seen.p99, stallMax: seen.max };
}

export async function logins(context) {
  const { services, options, note } = context;
  const seconds = Math.max(options.seconds, 6);
  const instances = [];
  for (const target of context.targets.filter(({ name }) => name.endsWith('redispg/1p')))
    instances.push(await Instance.create(target, context));

  const bare = { target: { name: 'bare bcrypt', stack: 'bare bcrypt' } };
  await inTurns(Math.min(options.rounds, 3), [bare, ...instances], async (instance) => {
    const { target } = instance;
    await untilQuiet();
    if (instance === bare) {
      const threads = { UV_THREADPOOL_SIZE: String(availableParallelism()) };
      return note('logins', target, { perSecond: await run('bare-bcrypt.mjs', String(seconds), threads) });
    }
    await instance.upForLogins(12, insideSettings(instance, 'stall'));
    if (!instance.cookies) await instance.populate(USERS);
    await warmUp(instance, services);
    const foreign = meter(instance.pid, services);
    note('logins', target, await visit(instance, seconds), 'calm');
    const alone = await load(instance, { kind: 'logins', users: USERS, atOnce: 16, seconds });
    note('logins', target, { perSecond: alone.perSecond, postP99: alone.p99 });
    for (const atOnce of STORMS) {
      const storm = load(instance, {
        kind: 'logins',
        users: USERS,
        atOnce,
        seconds: seconds + RISE_MS / 1000,
      });
      await delay(RISE_MS);
      note('logins', target, await visit(instance, seconds), `storm${atOnce}`);
      await storm;
    }
    note('logins', target, { foreign: foreign().foreign });
    await instance.down();
  });
  for (const instance of instances) await instance.remove();
}
