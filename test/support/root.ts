import { spawn } from 'node:child_process';
import { findRoot } from './services.cjs';

/** The program and its arguments, to start them as root. */
export function asRoot(...command: string[]): [program: string, args: string[]] {
  const [program, ...args] = [...(findRoot().as ?? []), ...command];
  return [program, args];
}

/** @throws if the command fails. */
export async function runAsRoot(...command: string[]): Promise<void> {
  const child = spawn(...asRoot(...command), { stdio: ['ignore', 'ignore', 'inherit'] });
  const code = await new Promise((done) => child.once('close', done));
  if (code !== 0) throw new Error(`${command.join(' ')} ended with ${String(code)}`);
}
