import { execFile } from 'node:child_process';
import { cp, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { madeOnce, node, ROOT } from './build';

export interface Manifest {
  files: string[];
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
}

/** What the tarball is made from besides src/. */
const PARTS = [
  ...['tsconfig.json', 'tsconfig.build.json', 'nest-cli.json', 'package.json', 'package-lock.json'],
  ...['views', 'public', 'words'],
];
const ALWAYS = ['package.json', 'README.md', 'LICENSE'];
export const TARBALL = 'latchkey.tgz';

export const manifest = async (): Promise<Manifest> =>
  JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8')) as Manifest;

/** The package as `npm publish` would send it. Built and packed once for all. @returns the path of the tarball */
export async function packed(): Promise<string> {
  const folder = await madeOnce('latchkey-packages', PARTS, async (own) => {
    await buildInto(own);
    const { files } = await manifest();
    const copied = [...ALWAYS, ...files].filter((name) => !name.startsWith('!') && name !== 'dist');
    for (const name of copied) await cp(join(ROOT, name), join(own, name), { recursive: true });
    const options = ['--json', '--ignore-scripts', '--offline'];
    const { stdout } = await promisify(execFile)('npm', ['pack', ...options], { cwd: own });
    const [{ filename }] = JSON.parse(stdout) as [{ filename: string }];
    await cp(join(own, filename), join(own, TARBALL));
  });
  return join(folder, TARBALL);
}

/** By Nest's command line: its plugin describes the DTOs for the OpenAPI document. */
async function buildInto(folder: string): Promise<void> {
  const project = join(folder, 'tsconfig.json');
  const compilerOptions = {
    rootDir: join(ROOT, 'src'),
    outDir: join(folder, 'dist'),
    noCheck: true, // `npm run types` checks the types
  };
  const base = { extends: join(ROOT, 'tsconfig.build.json'), exclude: [join(ROOT, 'src/**/*.spec.ts')] };
  await writeFile(project, JSON.stringify({ ...base, compilerOptions, include: [join(ROOT, 'src')] }));
  const nest = require.resolve('@nestjs/cli/bin/nest.js');
  await node([nest, 'build', '-p', project.slice(ROOT.length + 1)], ROOT);
}
