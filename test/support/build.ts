import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';

const ROOT = resolve(__dirname, '../..');
const CACHE = join(ROOT, 'node_modules/.cache/latchkey-builds');
/** The inputs of a build besides src/. */
const PARTS = ['tsconfig.json', 'tsconfig.build.json'];
/** The files that must be beside dist/, as in the project. */
const BESIDE = ['views', 'public', 'words', 'package.json', 'package-lock.json'];

export interface Build {
  main: string;
}

/** src/ as built by `npm run build`, in its own folder from which Node finds our packages. Built once for all. */
export async function build(): Promise<Build> {
  const folder = join(CACHE, await fingerprint());
  const built = { main: join(folder, 'dist/main.js') };
  if (await exists(folder)) return built;
  await mkdir(CACHE, { recursive: true });
  const others = await readdir(CACHE);
  const own = await mkdtemp(join(CACHE, '.new-'));
  for (const name of BESIDE) await symlink(join(ROOT, name), join(own, name));
  const compiler = require.resolve('typescript/bin/tsc');
  const project = join(ROOT, 'tsconfig.build.json');
  // `npm run types` checks the types; that would only take time here.
  const options = ['--noCheck', '--declaration', 'false', '--sourceMap', 'false'];
  await node(compiler, '-p', project, ...options, '--outDir', join(own, 'dist'));
  // Another suite may have been faster.
  await rename(own, folder).catch(() => rm(own, { recursive: true }));
  const old = others.filter((name) => !name.startsWith('.new-') && join(CACHE, name) !== folder);
  for (const name of old) await rm(join(CACHE, name), { recursive: true, force: true });
  return built;
}

const node = (...args: string[]) => promisify(execFile)(process.execPath, args);

async function fingerprint(): Promise<string> {
  const inSource = await readdir(join(ROOT, 'src'), { recursive: true, withFileTypes: true });
  const files = inSource
    .filter((entry) => entry.isFile())
    .map(({ parentPath, name }) => join(parentPath, name));
  const hash = createHash('sha256');
  for (const path of [...files.sort(), ...[...PARTS, 'package-lock.json'].map((name) => join(ROOT, name))])
    hash.update(`${path}\0`).update(await readFile(path));
  return hash.digest('hex').slice(0, 16);
}

const exists = (path: string): Promise<boolean> =>
  access(path).then(
    () => true,
    () => false,
  );
