/** How much of the heap a cached session takes, after a garbage collection: before and after its visits. */
import { inside, insideSettings } from '../child.mjs';
import { drive, warmUp } from '../drive.mjs';
import { Instance } from '../instance.mjs';
import { fill } from '../session-rows.mjs';
import { isLatchkey, taking } from '../targets.mjs';

/** Fewer than the default SESSION_CACHE, so all stay in the cache. */
const SESSIONS = 9_000;
const FIRST = 100;
const SECONDS = 5;

export async function cachedSession(context) {
  const { services } = context;
  for (const target of taking(context.targets, 'cached-session').filter(isLatchkey)) {
    const instance = await Instance.create(target, context);
    const cookies = await fill(instance.env, SESSIONS);
    instance.keepCookies(cookies.slice(0, FIRST));
    await instance.up(insideSettings(instance, 'heap'));
    const warm = await warmUp(instance, services);
    // A session that is not cached yet is slower.
    const seconds = Math.max(SECONDS, Math.ceil((4 * SESSIONS) / warm.rps));
    const { seen } = await inside(instance, async () => {
      instance.keepCookies(cookies);
      const { rps } = await drive(instance, services, target.paths.welcome, { seconds });
      if (rps * seconds < 2 * SESSIONS) throw new Error(`${target.name}: not all sessions were requested`);
    });
    context.note('cached-session', target, { bytes: (seen.after - seen.before) / (SESSIONS - FIRST) });
    await instance.remove();
  }
}
