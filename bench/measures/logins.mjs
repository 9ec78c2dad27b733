/** Log-ins per second at cost 12, and their effect on logged-in users. */
import { availableParallelism } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { inside, insideSettings, load, run } from '../child.mjs';
import { meter, untilQuiet, warmUp } from '../drive.mjs';
import { Instance } from '../instance.mjs';
import { inTurns } from '../rounds.mjs';
import { taking } from '../targets.mjs';

const USERS = 8;
const STORMS = [16, 64];
/** Visits a second. */
const RATE = 100;
/** Until the first log-ins are hashed and the queue has its full length. */
const RISE_MS = 1_500;

/** The page's time and the event loop's lag for some seconds. */
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
  for (const target of taking(context.targets, 'logins', 'redispg/1p'))
    instances.push(await Instance.create(target, context));

  const bare = { target: { name: 'bare bcrypt', stack: 'bare bcrypt' } };
  await inTurns(Math.min(options.rounds, 3), [bare, ...instances], async (instance) => {
    const { target } = instance;
    await untilQuiet();
    if (instance === bare) {
      const threads = { UV_THREADPOOL_SIZE: String(availableParallelism()) };
      return note('logins', target, {
        'alone.perSecond': await run('bare-bcrypt.mjs', String(seconds), threads),
      });
    }
    await instance.upForLogins(12, insideSettings(instance, 'stall'));
    if (!instance.cookies) await instance.populate(USERS);
    await warmUp(instance, services);
    const noteWith = async (part, work) => {
      const used = meter(instance.pid, services);
      const values = await work();
      note('logins', target, { ...values, foreign: used().foreign }, part);
    };
    await noteWith('calm', () => visit(instance, seconds));
    await noteWith('alone', () => load(instance, { kind: 'logins', users: USERS, atOnce: 16, seconds }));
    for (const atOnce of STORMS)
      await noteWith(`storm${atOnce}`, async () => {
        const long = seconds + RISE_MS / 1000;
        const storm = load(instance, { kind: 'logins', users: USERS, atOnce, seconds: long });
        await delay(RISE_MS);
        const seen = await visit(instance, seconds);
        await storm; // its CPU time is not foreign
        return seen;
      });
    await instance.down();
  });
  for (const instance of instances) await instance.remove();
}
