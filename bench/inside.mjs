/**
 * Preloaded into a target. SIGUSR2 starts what BENCH_INSIDE names, the next one writes it to BENCH_INSIDE_FILE: `stall`, how
 * late the event loop came in milliseconds, `profile`, a CPU profile, or `heap`, the bytes that are in use when each comes.
 */
import { renameSync, writeFileSync } from 'node:fs';
import { Session } from 'node:inspector/promises';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';

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
  heap() {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc');
    const used = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    const before = used();
    return () => ({ before, after: used() });
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
