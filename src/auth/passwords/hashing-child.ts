import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { PACKAGE_ROOT } from '../../options/package-root';
import type { Comparison } from './bcrypt-runner';
import type { KeyDerivation } from './key-derivation';

/** What bcrypt is to make a hash of, or to compare; or what a key is to be derived from. */
export type Work =
  { text: string; cost: number } | { comparisons: Comparison[] } | { text: string; how: KeyDerivation };
export type Order = Work & { id: number };
export interface Answer {
  id: number;
  result?: string | boolean;
  /** Why it could not be done. */
  refusal?: string;
}

/** The child was gone before it had answered. */
export class ChildEnded extends Error {}

/** Compiled: TypeScript is not what Node starts. */
const PROGRAM = join(PACKAGE_ROOT, 'dist/auth/passwords/hashing-child-main.js');

/** One child process that hashes, from its start to its end. What it is told goes over a socket that only the two hold. */
export class HashingChild {
  private readonly child: ChildProcess;
  private readonly waiting = new Map<number, Waiting>();
  private lastId = 0;
  private hasEnded = false;

  /** @param onEnd told once, and how; nothing may be given to it any more. */
  constructor(private readonly onEnd: (how: string) => void) {
    this.child = fork(PROGRAM, [], {
      // None of our secrets, and no options of ours; as many threads as there are cores. Not `detached`: Linux weighs
      // priorities within a session of processes only.
      env: { UV_THREADPOOL_SIZE: String(availableParallelism()) },
      execArgv: [],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    this.child.on('message', (answer: Answer) => this.settle(answer));
    this.child.once('exit', (code, signal) => this.end(signal ?? `code ${code}`));
    this.child.once('disconnect', () => this.kill()); // nobody could tell it anything any more
    this.child.on('error', (error) => this.end(error.message)); // it could not be started
  }

  /** @throws ChildEnded when it dies at it, or has died before. */
  run(work: Work): Promise<string | boolean> {
    return new Promise((resolve, reject) => {
      const id = ++this.lastId;
      this.waiting.set(id, { resolve, reject });
      const order: Order = { ...work, id };
      this.child.send(order, (error) => {
        if (error) this.end(error.message);
      });
    });
  }

  /** Resolves when the process is gone, which takes a while where the cores are busy: it comes after all others. */
  async stop(): Promise<void> {
    const { pid, exitCode, signalCode } = this.child;
    if (pid === undefined || exitCode !== null || signalCode !== null) return;
    const gone = new Promise((done) => this.child.once('exit', done));
    this.kill();
    await gone;
  }

  private kill(): void {
    this.child.kill('SIGKILL'); // it has nothing to finish, and may hang
  }

  private settle({ id, result, refusal }: Answer): void {
    const waiting = this.waiting.get(id);
    this.waiting.delete(id);
    if (result === undefined) waiting?.reject(new Error(`hashing: ${refusal}`));
    else waiting?.resolve(result);
  }

  private end(how: string): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    this.kill();
    this.onEnd(how);
    for (const { reject } of this.waiting.values()) reject(new ChildEnded());
  }
}

interface Waiting {
  resolve: (result: string | boolean) => void;
  reject: (reason: Error) => void;
}
