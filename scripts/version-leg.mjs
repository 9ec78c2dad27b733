/**
 * node scripts/version-leg.mjs <Node> <Nest> [arguments for Jest]
 * Checks types and runs unit tests and some e2e suites on other versions, in a temporary copy of the project:
 *   node scripts/version-leg.mjs 24 12
 *   node scripts/version-leg.mjs 22 11 --selectProjects unit e2e
 * Node comes as a package of npm. Under Jest, Nest 12 needs Node 24.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';

const [node, nest, ...chosen] = process.argv.slice(2);
if (!nest) throw new Error('Name the versions: node scripts/version-leg.mjs 24 12');

const SOME = [
  '[.]spec[.]ts$',
  'test/(chapter/(authorization|flash|sign|sessions)|auth/(login|remember-me[.])|api/(answers|document)[.])',
];
const jest = chosen.length > 0 ? chosen : ['--selectProjects', 'unit', 'e2e', '--testPathPatterns', ...SOME];
/** Packages that follow Nest under another number. */
const OTHERS = { 12: ['@nestjs/graphql@14', '@nestjs/apollo@14'] };
const PACKAGES =
  'common config core event-emitter microservices platform-express platform-socket.io platform-ws schedule swagger testing typeorm websockets';
const platform = process.platform === 'win32' ? 'win' : process.platform;
const binary = `node-${platform}-${process.arch}`;

const leg = mkdtempSync(join(tmpdir(), `latchkey-node-${node}-nest-${nest}-`));
const env = { ...process.env, PATH: join(leg, 'node_modules', binary, 'bin') + delimiter + process.env.PATH };
const listed = ['ls-files', '-z', '--cached', '--others', '--exclude-standard'];
const files = execFileSync('git', listed, { encoding: 'utf8' }).split('\0');
for (const path of [...files, 'node_modules'].filter((name) => name && existsSync(name)))
  cpSync(path, join(leg, path), { recursive: true, verbatimSymlinks: true });

/** Ends the leg with a failure when the command fails. */
function run(...command) {
  const begun = performance.now();
  console.log(`\n== Node ${node}, Nest ${nest}: ${command.join(' ')}`);
  const { status } = spawnSync(command[0], command.slice(1), { cwd: leg, env, stdio: 'inherit' });
  console.log(`== ${status === 0 ? 'ok' : 'FAILED'}, ${Math.round((performance.now() - begun) / 1_000)} s`);
  if (status !== 0) throw new Error(`Node ${node} and Nest ${nest} failed at: ${command.join(' ')}`);
}

try {
  if (!existsSync('node_modules')) run('npm', 'ci', '--no-audit', '--no-fund');
  const ofNest = nest === '11' ? [] : PACKAGES.split(' ').map((name) => `@nestjs/${name}@${nest}`);
  const packages = [`${binary}@${node}`, ...ofNest, ...(OTHERS[nest] ?? [])];
  run('npm', 'install', '--no-save', '--force', '--no-audit', '--no-fund', ...packages);
  run('node', '-p', 'process.version + " with Nest " + require("@nestjs/core/package.json").version');
  run('node', 'node_modules/typescript/bin/tsc', '--noEmit');
  // Nest 12 is ES modules, which Jest loads by this flag alone.
  const flags = nest === '11' ? [] : ['--experimental-vm-modules'];
  run('node', ...flags, 'node_modules/jest/bin/jest.js', ...jest);
} finally {
  rmSync(leg, { recursive: true, force: true });
}
