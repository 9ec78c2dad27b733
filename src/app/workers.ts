import cluster, { type Worker } from 'node:cluster';
import { once } from 'node:events';
import type { LoggerService } from '@nestjs/common';

/** A worker that lives longer has started successfully. */
const GOOD_START_MS = 5_000;
/** Give up after so many failed starts in a row. */
const MOST_FAILURES = 5;
const SHORTEST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 10_000;

/**
 * Manages the worker processes that share the port. The primary process serves no requests. It distributes
 * connections, replaces workers that die, and exits after the last one has exited.
 */
export class Workers {
  private readonly startedAt = new Map<Worker, number>();
  private readonly listening = new Set<Worker>();
  private failures = 0;
  private hasServed = false;
  private isStopping = false;

  /** @param onServing called once when all workers listen. */
  constructor(
    private readonly count: number,
    private readonly logger: LoggerService,
    private readonly onServing: () => void,
  ) {}

  /** The first worker migrates the database. The others start when it listens. */
  start(): void {
    cluster.on('listening', (worker) => this.onListening(worker));
    cluster.on('exit', (worker, code: number | null, signal: string | null) => {
      this.replace(worker, signal ?? `code ${code}`);
    });
    for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const)
      process.on(signal, () => void this.stop().then(() => process.exit(0)));
    this.fork();
  }

  /** Lets workers finish their requests. Resolves when all have exited. */
  async stop(): Promise<void> {
    this.isStopping = true;
    const ends = [...this.startedAt.keys()].map((worker) => {
      const ended = once(worker, 'exit');
      worker.process.kill('SIGTERM');
      return ended;
    });
    await Promise.all(ends);
  }

  private fork(): void {
    if (!this.isStopping) this.startedAt.set(cluster.fork(), performance.now());
  }

  private onListening(worker: Worker): void {
    this.listening.add(worker);
    this.logger.log(`Worker ${worker.process.pid} serves`);
    if (this.hasServed) return;
    if (this.startedAt.size === 1) for (let others = this.count - 1; others > 0; others--) this.fork();
    if (this.listening.size < this.count) return;
    this.hasServed = true;
    this.onServing();
  }

  private replace(worker: Worker, how: string): void {
    const lived = performance.now() - (this.startedAt.get(worker) ?? 0);
    this.startedAt.delete(worker);
    const hasListened = this.listening.delete(worker);
    if (this.isStopping) return;
    this.failures = hasListened && lived >= GOOD_START_MS ? 0 : this.failures + 1;
    if (this.shouldGiveUp) {
      this.logger.fatal?.(
        `Worker ${worker.process.pid} ended (${how}) at its start, and no other one serves`,
      );
      void this.stop().then(() => process.exit(1));
      return;
    }
    const pause = Math.min(SHORTEST_PAUSE_MS * 2 ** this.failures, LONGEST_PAUSE_MS);
    this.logger.error(`Worker ${worker.process.pid} ended (${how}); another one starts in ${pause} ms`);
    setTimeout(() => this.fork(), pause);
  }

  /** Keep going as long as one worker serves. */
  private get shouldGiveUp(): boolean {
    if (this.listening.size > 0) return false;
    return !this.hasServed || this.failures >= MOST_FAILURES;
  }
}
