import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../options/package-root';
import type { Comparison } from './bcrypt-runner';
import type { KeyDerivation } from './key-derivation';

/** Arguments of `hash`, `compare` or `derive` in BcryptRunner. */
export type Work =
  { text: string; cost: number } | { comparisons: Comparison[] } | { text: string; how: KeyDerivation };
export type Order = Work & { id: number };
export interface Answer {
  id: number;
  result?: string | boolean;
  /** The error's text, if the work failed. */
  refusal?: string;
}

/** The child exited before it answered. */
export class ChildEnded extends Error {}

/** The compiled file: Node runs no TypeScript. */
const PROGRAM = join(PACKAGE_ROOT, 'dist/auth/passwords/hashing-child-main.js');

/** One hashing child process. Passwords travel over an IPC socket that only the two processes can access. */
export class HashingChild {
  private readonly child: ChildProcess;
  private readonly pending = new Map<number, PendingWork>();
  private lastId = 0;
  private hasEnded = false;

  /** @param onEnd called once with the cause. Send no more work after that. */
  constructor(private readonly onEnd: (how: string) => void) {
    this.child = fork(PROGRAM, [], {
      // Pass none of our secrets or options. One thread per core. Not `detached`: Linux compares priorities
      // only within a process session.
      env: { UV_THREADPOOL_SIZE: String(availableParallelism()) },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child.on('message', (answer: Answer) => this.settle(answer));
    this.child.once('exit', (code, signal) => this.end(signal ?? `code ${code}`));
    this.child.once('disconnect', () => this.kill()); // it can receive no more work
    this.child.on('error', (error) => this.end(error.message)); // failed to start
  }

  /** @throws ChildEnded if the child dies or is already dead. */
  run(work: Work): Promise<string | boolean> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.pending.set(id, { resolve, reject });
      const order: Order = { ...work, id };
      this.child.send(order, (error) => {
        if (error) this.end(error.message);
      });
    });
  }

  /** Resolves when the process has exited. Its low priority delays this on busy cores. */
  async stop(): Promise<void> {
    const { pid, exitCode, signalCode } = this.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const gone = new Promise((done) => this.child.once('exit', done));
    this.kill();
    await gone;
  }

  private kill(): void {
    this.child.kill('SIGKILL'); // nothing to finish, and it may hang
  }

  private settle({ id, result, refusal }: Answer): void {
    const work = this.pending.get(id);
    this.pending.delete(id);
    if (result === undefined) work?.reject(new Error(`hashing: ${refusal}`));
    else work?.resolve(result);
  }

  private end(how: string): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.kill();
    this.onEnd(how);
    for (const { reject } of this.pending.values()) reject(new ChildEnded());
  }
}

interface PendingWork {
  resolve: (result: string | boolean) => void;
  reject: (reason: Error) => void;
}
