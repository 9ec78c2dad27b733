/** Starts and stops process trees, and reads their resource usage from /proc. */
import { spawn } from 'node:child_process';
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as delay } from 'node:timers/promises';

/** USER_HZ is 100 on every Linux that Node runs on. */
const TICK_US = 10_000;
const PAGE_BYTES = 4096;
const started = new Set();

/** @returns the child, with `ended`, a promise. Its output goes to the file. */
export function start([program, ...argv], { logFile, ...how }) {
  const log = openSync(logFile, 'a');
  const child = spawn(program, argv, { stdio: ['ignore', log, log], ...how });
  closeSync(log);
  started.add(child);
  child.ended = new Promise((resolve) => child.once('exit', resolve).once('error', resolve));
  child.ended.then(() => started.delete(child));
  return child;
}

function stat(pid) {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    const [parent, user, system, childUser, childSystem, pages] = [1, 11, 12, 13, 14, 21].map((index) =>
      Number(fields[index]),
    );
    return {
      pid: Number(pid),
      parent,
      ticks: user + system,
      reaped: childUser + childSystem,
      bytes: pages * PAGE_BYTES,
    };
  } catch {
    return undefined; // it has exited in the meantime
  }
}

function tree(root) {
  const all = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map(stat)
    .filter(Boolean);
  const within = new Set([root]);
  for (let size = 0; size < within.size;) {
    size = within.size;
    for (const { pid, parent } of all) if (within.has(parent)) within.add(pid);
  }
  return all.filter(({ pid }) => within.has(pid));
}

/** CPU time of the process, its children and those of them that have exited. */
export const cpuUs = (root) =>
  tree(root).reduce((sum, { pid, ticks, reaped }) => sum + ticks + (pid === root ? reaped : 0), 0) * TICK_US;

/** The private memory of a process. */
function privateBytes(pid) {
  const lines = readFileSync(`/proc/${pid}/smaps_rollup`, 'latin1').matchAll(/^Private_\w+: +(\d+) kB$/gm);
  return [...lines].reduce((sum, [, kB]) => sum + Number(kB) * 1024, 0);
}

/** Resident memory of the process, plus the private memory of its children. */
export const residentMiB = (root) =>
  tree(root).reduce((sum, { pid, bytes }) => sum + (pid === root ? bytes : privateBytes(pid)), 0) / 2 ** 20;

/** CPU time of this process and the load generators that it has started and awaited. */
export function ownCpuUs() {
  const { ticks, reaped } = stat(process.pid);
  return (ticks + reaped) * TICK_US;
}

/** CPU time of the whole machine. */
export function machineUs() {
  const [line] = readFileSync('/proc/stat', 'latin1').split('\n', 1);
  const ticks = line.trim().split(/\s+/).slice(1, 9).map(Number);
  const all = ticks.reduce((sum, some) => sum + some, 0) * TICK_US;
  return { all, busy: all - (ticks[3] + ticks[4]) * TICK_US };
}

const killTree = (pids) => {
  for (const pid of pids)
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // It has exited.
    }
};
const pidsOf = (child) => tree(child.pid).map(({ pid }) => pid);

/** Stops all processes started here and their children: first SIGTERM, then SIGKILL. */
export async function stop(child) {
  if (!started.has(child)) return;
  const pids = pidsOf(child);
  child.kill('SIGTERM');
  const late = new AbortController();
  await Promise.race([child.ended, delay(4_000, undefined, { signal: late.signal }).catch(() => undefined)]);
  late.abort();
  killTree(pids);
}

export const stopAll = () => Promise.all([...started].map(stop));
/** Synchronous, because this process may be exiting. */
export const killAll = () => [...started].forEach((child) => killTree(pidsOf(child)));
