/** Runs a job beside a measurement, in its own process so that they share no event loop. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';

const pathOf = (file) => fileURLToPath(new URL(file, import.meta.url));

/** @returns the JSON that the file prints. */
export async function run(file, argument, env = {}) {
  const child = spawn(process.execPath, [pathOf(file), argument], {
    env: { ...process.env, ...env },
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = once(child, 'close');
  const said = await text(child.stdout);
  const [code] = await ended;
  if (code !== 0) throw new Error(`${file} ended with ${code}`);
  return JSON.parse(said);
}

export const load = (instance, job) =>
  run(
    'load.mjs',
    JSON.stringify({ ...job, target: instance.target, base: instance.base, cookies: instance.cookies }),
  );

/** Settings with which a target profiles itself. @param kind `stall`, `profile` or `heap`. */
export const insideSettings = (instance, kind) => ({
  NODE_OPTIONS: `--import=${pathOf('inside.mjs')}`,
  BENCH_INSIDE: kind,
  BENCH_INSIDE_FILE: join(instance.data, 'inside.json'),
});

/** Profiles the target during `work`. @returns the profile and the result of `work`. */
export async function inside(instance, work) {
  const file = join(instance.data, 'inside.json');
  rmSync(file, { force: true });
  instance.child.kill('SIGUSR2');
  const result = await work();
  instance.child.kill('SIGUSR2');
  for (let waited = 0; !existsSync(file); waited += 50) {
    if (waited > 10_000) throw new Error(`${instance.target.name} did not look into itself`);
    await delay(50);
  }
  return { seen: JSON.parse(readFileSync(file, 'utf8')), result };
}
