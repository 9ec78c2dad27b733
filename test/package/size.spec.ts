import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');
const MOST_MB = 25;

interface Entry {
  dependencies?: Record<string, string>;
  optionalDependencies?: Record<string, string>;
}

const read = (name: string): unknown => JSON.parse(readFileSync(join(ROOT, name), 'utf8'));
const { packages } = read('package-lock.json') as { packages: Record<string, Entry> };
const { dependencies, peerDependencies, peerDependenciesMeta } = read('package.json') as {
  dependencies: Record<string, string>;
  peerDependencies: Record<string, string>;
  peerDependenciesMeta: Record<string, { optional: boolean }>;
};

/** The folder that Node finds from this one. */
function folderOf(from: string, name: string): string | undefined {
  for (let base = from; ; base = base.slice(0, Math.max(0, base.lastIndexOf('node_modules/') - 1))) {
    const folder = join(base, 'node_modules', name);
    if (folder in packages || base === '') return folder in packages ? folder : undefined;
  }
}

/** The folders of these packages and of all that they depend on. */
function installedBy(names: string[]): Set<string> {
  const found = new Set<string>();
  const visit = (from: string, name: string) => {
    const folder = folderOf(from, name);
    if (folder === undefined || found.has(folder)) return;
    found.add(folder);
    const entry = packages[folder];
    for (const next of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies }))
      visit(folder, next);
  };
  for (const name of names) visit('', name);
  return found;
}

/** Without packages nested in it, in bytes. */
function sizeOf(folder: string): number {
  return readdirSync(folder, { withFileTypes: true })
    .filter(({ name }) => name !== 'node_modules')
    .map((entry) => join(folder, entry.name))
    .reduce((sum, path) => sum + (statSync(path).isDirectory() ? sizeOf(path) : statSync(path).size), 0);
}

it(`An installation beside its peers takes at most ${MOST_MB} MB`, () => {
  const needed = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  const peers = installedBy(needed);
  const own = [...installedBy(Object.keys(dependencies))].filter((folder) => !peers.has(folder));
  expect(own.length).toBeGreaterThan(20);
  const parts = ['src', 'views', 'public', 'words', 'docs']; // dist/ is about as large as src/
  const bytes = [...own, ...parts].reduce((sum, folder) => sum + sizeOf(join(ROOT, folder)), 0);
  expect(bytes / 1e6).toBeLessThan(MOST_MB);
  expect(bytes / 1e6).toBeGreaterThan(10);
});
