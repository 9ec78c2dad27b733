import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

export const ROOT = resolve(__dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache');
/** The inputs of a build besides src/. */
const PARTS = ['tsconfig.json', 'tsconfig.build.json', 'package-lock.json'];
/** The files that must be beside dist/, as in the project. */
const BESIDE = ['views', 'public', 'words', 'package.json', 'package-lock.json'];

export interface Build {
  main: string;
}

/** src/ as built by `npm run build`, in its own folder from which Node finds our packages. Built once for all. */
export async function build(): Promise<Build> {
  const folder = await madeOnce('latchkey-builds', PARTS, async (own) => {
    for (const name of BESIDE) await symlink(join(ROOT, name), join(own, name));
    const compiler = require.resolve('typescript/bin/tsc');
    const project = join(ROOT, 'tsconfig.build.json');
    // `npm run types` checks the types; that would only take time here.
    const options = ['--noCheck', '--declaration', 'false', '--sourceMap', 'false'];
    await node([compiler, '-p', project, ...options, '--outDir', join(own, 'dist')]);
  });
  return { main: join(folder, 'dist/main.js') };
}

/**
 * A cached folder, made again when src/ or these parts of the project change.
 * @param make fills an empty folder.
 */
export async function madeOnce(
  kind: string,
  parts: string[],
  make: (folder: string) => Promise<void>,
): Promise<string> {
  const cache = join(CACHE, kind);
  const folder = join(cache, await fingerprint(['src', ...parts]));
  if (await exists(folder)) return folder;
  await mkdir(cache, { recursive: true });
  const others = await readdir(cache);
  const own = await mkdtemp(join(cache, '.new-'));
  await make(own);
  // Another suite may have been faster.
  await rename(own, folder).catch(() => rm(own, { recursive: true }));
  const old = others.filter((name) => !name.startsWith('.new-') && join(cache, name) !== folder);
  for (const name of old) await rm(join(cache, name), { recursive: true, force: true });
  return folder;
}

export const node = (args: string[], cwd?: string) => promisify(execFile)(process.execPath, args, { cwd });

async function fingerprint(parts: string[]): Promise<string> {
  const files = (await Promise.all(parts.map((name) => filesIn(join(ROOT, name))))).flat();
  const hash = createHash('sha256');
  for (const path of files.sort()) hash.update(`${path}\0`).update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}

async function filesIn(path: string): Promise<string[]> {
  if (!(await stat(path)).isDirectory()) return [path];
  const entries = await readdir(path, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map(({ parentPath, name }) => join(parentPath, name));
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
