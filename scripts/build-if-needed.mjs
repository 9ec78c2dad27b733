/** Before `npm start`: builds when dist/ is missing or older than what it is made from. */
import { spawnSync } from 'node:child_process';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const changedAt = (path) => statSync(join(root, path), { throwIfNoEntry: false })?.mtimeMs ?? 0;

// Folders count too: theirs is the time at which a file was deleted or renamed.
const sources = readdirSync(join(root, 'src'), { recursive: true }).map((path) => join('src', path));
const settings = readdirSync(root).filter((name) => /^(tsconfig.*|nest-cli|package-lock)\.json$/.test(name));
const newest = Math.max(...['src', ...sources, ...settings].map(changedAt));

if (changedAt('dist/main.js') < newest) {
  console.log('Building, because dist/ is missing or out of date …');
  const { status } = spawnSync('npm run build', { cwd: root, stdio: 'inherit', shell: true });
  process.exit(status ?? 1);
}
