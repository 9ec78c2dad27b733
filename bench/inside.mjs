/**
 * Preloaded into a target. SIGUSR2 starts what BENCH_INSIDE names, the next one writes it to BENCH_INSIDE_FILE: `stall`, how
 * late the event loop came in milliseconds, or `profile`, a CPU profile.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';

const RESOLUTION_MS = 5;

const probes = {
  stall() {
    const histogram = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
    histogram.enable();
    const late = (ns) => Math.max(0, ns / 1e6 - RESOLUTION_MS);
    return () => ({ p99: late(histogram.percentile(99)), max: late(histogram.max) });
  },
  async profile() {
    const session = new Session();
    session.connect();
    await session.post('Profiler.enable');
    await session.post('Profiler.setSamplingInterval', { interval: 200 });
    await session.post('Profiler.start');
    return async () => (await session.post('Profiler.stop')).profile;
  },
};

const { BENCH_INSIDE: kind, BENCH_INSIDE_FILE: file } = process.env;
let running;
process.on('SIGUSR2', async () => {
  if (!running) running = probes[kind]();
  else {
    const finish = await running;
    running = undefined;
    writeFileSync(`${file}.part`, JSON.stringify(await finish()));
    renameSync(`${file}.part`, file);
  }
});
