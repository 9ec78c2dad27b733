/** Latchkey with 1,000 users and sessions beside many, all of them active in turn. */
import { drive, untilQuiet, warmUp } from '../drive.mjs';
import { Instance } from '../instance.mjs';
import { residentMiB } from '../processes.mjs';
import { inTurns } from '../rounds.mjs';
import { fill } from '../session-rows.mjs';
import { isLatchkey, taking } from '../targets.mjs';

const FEW = 1_000;
/** The minimum of visits per second, so that each session is used once before the measurement. */
const SLOWEST = 4_000;

export async function growth(context) {
  const { services, options, note, say } = context;
  const targets = taking(context.targets, 'growth').filter(isLatchkey);
  for (const target of targets) {
    const pair = [];
    for (const [size, rows] of [
      ['small', FEW],
      ['large', options.sessions],
    ]) {
      const instance = await Instance.create(target, context);
      instance.keepCookies(await fill(instance.env, rows));
      say(`${target.name}: ${rows} users and sessions made`);
      await instance.up();
      await warmUp(instance, services, Math.ceil(rows / SLOWEST));
      pair.push(Object.assign(instance, { size }));
    }
    await inTurns(options.rounds, pair, async (instance) => {
      await warmUp(instance, services);
      await untilQuiet();
      const { welcome } = target.paths;
      const seen = await drive(instance, services, welcome, { seconds: options.seconds });
      note('growth', target, { ...seen, mib: residentMiB(instance.pid) }, instance.size);
    });
    for (const instance of pair) await instance.remove();
  }
}
