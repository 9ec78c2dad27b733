import { spawn } from 'node:child_process';
import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { IS_LONG } from '../support/rounds';

/** A deeper scan of half an hour. */
export const IS_FULL = process.env.SCAN === 'full' || IS_LONG;
/** The timeout of a test in milliseconds. */
export const TIMEOUT_MS = IS_FULL ? 3_000_000 : 120_000;

/** A temporary home for a scanner, so that it finds no state of an earlier run. */
export async function inHome<Result>(work: (home: string) => Promise<Result>): Promise<Result> {
  const home = await mkdtemp(join(tmpdir(), 'latchkey-scanner-'));
  try {
    return await work(home);
  } finally {
    await rm(home, { recursive: true, force: true });
  }
}

/** Runs a scanner to its end. @returns its output, on both channels */
export async function run(file: string | undefined, args: string[], home: string): Promise<string> {
  if (file === undefined)
    throw new Error('The program is not installed; jest.config.cjs leaves the project out.');
  // Without the caller's settings and proxy.
  const env = { PATH: process.env.PATH, HOME: home, LANG: 'C.UTF-8' };
  const printed = join(home, 'printed');
  const paper = await open(printed, 'w');
  // A group of its own, and a file for what it prints: hydra's children can outlive it and would keep a pipe open.
  const stdio = ['ignore', paper.fd, paper.fd] as const;
  const child = spawn(file, args, { cwd: home, env, stdio: [...stdio], detached: true });
  const endGroup = () => {
    try {
      process.kill(-child.pid!, 'SIGKILL');
    } catch {
      // all of them have exited
    }
  };
  const timer = setTimeout(endGroup, TIMEOUT_MS - 10_000);
  await new Promise<void>((ended, failed) => child.once('exit', () => ended()).once('error', failed));
  clearTimeout(timer);
  endGroup();
  await paper.close();
  return readFile(printed, 'utf8');
}

/** The report of a scanner. @throws with its output if there is none */
export async function reportOf<Report>(file: string, output: string): Promise<Report> {
  const text = await readFile(file, 'utf8').catch(() => '');
  if (text === '') throw new Error(`The scanner wrote no report:\n${output}`);
  return JSON.parse(text) as Report;
}
