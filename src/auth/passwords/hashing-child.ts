import { type ChildProcess, fork } from 'node:child_process';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { Global, Injectable, Logger, Module, type OnApplicationShutdown } from '@nestjs/common';
import { PACKAGE_ROOT } from '../../options/package-root';
import { Overloaded } from '../../http/errors';
import type { GuessabilityScore } from './guessability';
import type { KeyDerivation } from './key-derivation';
import { type Comparison, PasswordRunner } from './password-runner';

/** A method of PasswordRunner and its arguments. */
export type Work =
  | { kind: 'hash'; text: string; cost: number }
  | { kind: 'compare'; comparisons: Comparison[] }
  | { kind: 'derive'; text: string; how: KeyDerivation }
  | { kind: 'estimate'; password: string; words: string[] };
export type Result = string | boolean | GuessabilityScore;
export type Order = Work & { id: number };
export interface Answer {
  id: number;
  result?: Result;
  /** The error's text, if the work failed. */
  refusal?: string;
}

/** The child exited before it answered. */
class ChildEnded extends Error {}

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
  run(work: Work): Promise<Result> {
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
  resolve: (result: Result) => void;
  reject: (reason: Error) => void;
}

/** Including retries in a new child after one has crashed. */
const ATTEMPTS = 2;

/**
 * A child process of the lowest priority, so that pages come first on busy cores. The first password starts
 * the child, which takes a fraction of a hash's time. A new child replaces one that dies.
 */
@Injectable()
export class PasswordRunnerInChild extends PasswordRunner implements OnApplicationShutdown {
  private readonly logger = new Logger('Hashing');
  private child: HashingChild | null = null;
  private isClosed = false;

  async hash(text: string, cost: number): Promise<string> {
    return (await this.run({ kind: 'hash', text, cost })) as string;
  }

  async compare(comparisons: Comparison[]): Promise<boolean> {
    return (await this.run({ kind: 'compare', comparisons })) === true;
  }

  async derive(text: string, how: KeyDerivation): Promise<string> {
    return (await this.run({ kind: 'derive', text, how })) as string;
  }

  async estimate(password: string, words: string[]): Promise<GuessabilityScore> {
    return (await this.run({ kind: 'estimate', password, words })) as GuessabilityScore;
  }

  /** Runs after all requests are answered. A supervisor that waits for our exit must find no child left. */
  async onApplicationShutdown(): Promise<void> {
    this.isClosed = true;
    await this.child?.stop();
  }

  /** @throws Overloaded if each child dies at it: the password is neither right nor wrong. */
  private async run(work: Work): Promise<Result> {
    for (let attempt = 1; attempt <= ATTEMPTS && !this.isClosed; attempt++) {
      try {
        return await this.ensureChild().run(work);
      } catch (error) {
        if (!(error instanceof ChildEnded)) throw error;
      }
    }
    throw new Overloaded(1);
  }

  private ensureChild(): HashingChild {
    try {
      return (this.child ??= new HashingChild((how) => this.handleEnd(how)));
    } catch (error) {
      this.handleEnd(String(error)); // perhaps out of memory
      throw new ChildEnded();
    }
  }

  private handleEnd(how: string): void {
    this.child = null;
    if (!this.isClosed) this.logger.error(`The process that hashes passwords ended: ${how}`);
  }
}

/** Import it beside PasswordsModule in a server, so that a child process hashes and estimates passwords. */
@Global()
@Module({ providers: [PasswordRunnerInChild], exports: [PasswordRunnerInChild] })
export class HashingChildModule {}
