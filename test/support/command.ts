import { spawn } from 'node:child_process';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Build } from './build';

export interface Outcome {
  code: number | null;
  output: string;
  errors: string;
}

/** Runs the command line with these settings and this standard input. */
export function latchkey(
  { main }: Build,
  settings: Record<string, string | undefined>,
  args: string[],
  input = '',
  cwd = tmpdir(), // so that no .env is read by accident
): Promise<Outcome> {
  const child = spawn(process.execPath, [join(dirname(main), 'cli/main.js'), ...args], {
    cwd,
    env: { PATH: process.env.PATH, BCRYPT_COST: '4', ...settings },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  const outcome: Outcome = { code: null, output: '', errors: '' };
  child.stdout.on('data', (part: Buffer) => (outcome.output += part.toString()));
  child.stderr.on('data', (part: Buffer) => (outcome.errors += part.toString()));
  child.stdin.on('error', () => undefined); // it may exit before it reads
  child.stdin.end(input);
  return new Promise((done) => child.once('close', (code) => done({ ...outcome, code })));
}
