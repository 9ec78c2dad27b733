/** Runs wrk against an instance, and measures the CPU time of the target, its stores and all other processes meanwhile. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createRequire } from 'node:module';
import { text } from 'node:stream/consumers';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { cpuUs, machineUs, ownCpuUs } from './processes.mjs';
import { newAgent, send } from './visitor.mjs';

const { findWrk } = createRequire(import.meta.url)('../test/support/services.cjs');
export const wrk = findWrk();

const CONNECTIONS = 16;
const WARM_UP_SECONDS = 2;
const SCRIPT = fileURLToPath(new URL('wrk.lua', import.meta.url));

/** @returns a function that returns the CPU time since, in µs: of target and stores, and the share of all others. */
export function meter(pid, { pids }) {
  const read = () => ({
    target: cpuUs(pid),
    stores: pids.map(cpuUs).reduce((sum, us) => sum + us, 0),
    own: ownCpuUs(),
    machine: machineUs(),
  });
  const before = read();
  return () => {
    const now = read();
    const [target, stores, own] = ['target', 'stores', 'own'].map((whose) => now[whose] - before[whose]);
    const others = now.machine.busy - before.machine.busy - target - stores - own;
    return { target, stores, foreign: Math.max(0, others) / (now.machine.all - before.machine.all) };
  };
}

/** One run, with or without its users' cookies. Fails on any response but the page. */
export async function drive(instance, services, path, { asGuest = false, seconds }) {
  const { target, base, pid, cookieFile, cookies } = instance;
  const agent = newAgent();
  const page = await send(agent, base, 'GET', path, { cookie: asGuest ? undefined : cookies[0] });
  agent.destroy();
  if (page.status !== 200) throw new Error(`${target.name} ${path}: ${page.status}`);

  const used = meter(pid, services);
  const argv = ['-t1', `-c${CONNECTIONS}`, `-d${seconds}s`, '--timeout', '10s', '-s', SCRIPT, base];
  const env = { ...process.env, WRK_PATH: path, WRK_COOKIES: asGuest ? '' : cookieFile };
  const child = spawn(wrk.file, argv, { env, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = once(child, 'close');
  const said = await text(child.stdout);
  await ended;
  const us = used();
  const { requests, duration, bytes, p50, p99, failed } = JSON.parse(/^JSON (.*)$/m.exec(said)[1]);
  // wrk does not count a redirect to the log-in form as a failure; it is only shorter.
  if (failed > 0 || bytes / requests < page.text.length)
    throw new Error(`${target.name} ${path}: ${failed} of ${requests} failed, ${bytes} bytes`);
  return {
    rps: (requests / duration) * 1e6,
    p50: p50 / 1000,
    p99: p99 / 1000,
    cpu: us.target / requests,
    storeCpu: us.stores / requests,
    foreign: us.foreign,
  };
}

/** After minutes without a request, code and memory pages have to be loaded again first. */
export function warmUp(instance, services, seconds = WARM_UP_SECONDS) {
  return drive(instance, services, instance.target.paths.welcome, { seconds });
}

const QUIET = 0.12;

/** For the whole run: on a permanently busy machine waiting does not help. */
let waitLeftMs = 120_000;

/** Waits, up to a limit, until other processes leave the machine idle. */
export async function untilQuiet() {
  const begun = Date.now();
  const most = Math.min(waitLeftMs, 10_000);
  for (let isQuiet = false; !isQuiet && Date.now() - begun < most;) {
    const before = machineUs();
    await delay(400);
    const now = machineUs();
    isQuiet = (now.busy - before.busy) / (now.all - before.all) < QUIET;
  }
  waitLeftMs -= Date.now() - begun;
}
