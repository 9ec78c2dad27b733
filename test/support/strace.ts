import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { asRoot, runAsRoot } from './root';

/** Traces the system calls of a running process, or injects faults, until it is stopped. */
export class Strace {
  /** Its output, one line per call. */
  output = '';

  private constructor(private readonly child: ChildProcess) {}

  /** @param options of strace. */
  static async of(pid: number, ...options: string[]): Promise<Strace> {
    const command = asRoot('strace', '-f', ...options, '-p', String(pid));
    const child = spawn(...command, { stdio: ['ignore', 'ignore', 'pipe'] });
    const strace = new Strace(child);
    await new Promise<void>((attached, failed) => {
      child.stderr?.on('data', (part: Buffer) => {
        strace.output += part.toString();
        if (strace.output.includes('attached')) attached();
      });
      child.once('close', () => failed(new Error(`strace did not attach: ${strace.output}`)));
    });
    return strace;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    const closed = once(this.child, 'close');
    await runAsRoot('kill', '-INT', String(this.child.pid));
    await closed;
  }
}
