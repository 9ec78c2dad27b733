/** After `nest build`: puts what dist/program.js loads into one file, and has V8 compile what a start runs of it. */
import { spawnSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { build } from 'esbuild';

const dist = resolve(process.argv[2] ?? join(import.meta.dirname, '../dist'));
const { BUNDLE, fingerprintOfPackages } = createRequire(import.meta.url)(join(dist, 'bundle.js'));

/** Packages that are not put into it: they hold machine code, few processes ever load them, or tests alone need them. */
const APART = /^(sqlite3|bcrypt|nodemailer|@zxcvbn-ts\/|@nestjs\/(microservices|websockets))/;

/** Stay as they are: those, what is only looked up, and what a package can do without and is not installed. */
const external = {
  name: 'external',
  setup({ onResolve, resolve }) {
    onResolve({ filter: /./ }, async ({ path, pluginData, ...from }) => {
      if (pluginData === external) return undefined;
      if (APART.test(path) || from.kind === 'require-resolve') return { path, external: true };
      const { errors } = await resolve(path, { ...from, pluginData: external });
      return errors.length > 0 ? { path, external: true } : undefined;
    });
  },
};

const { outputFiles } = await build({
  entryPoints: [join(dist, 'program.js')],
  bundle: true,
  platform: 'node',
  target: 'node20',
  format: 'cjs',
  legalComments: 'none', // node_modules keeps the licences
  // A function: who runs it gives it what Node gives a module.
  banner: { js: `${fingerprintOfPackages()}\n(function (exports, require, __filename, __dirname) {` },
  footer: { js: '})' },
  plugins: [external],
  logLevel: 'warning',
  write: false,
});
// V8 keeps ASCII in half the space. esbuild leaves other characters in regular expressions alone.
const escaped = (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`;
writeFileSync(BUNDLE, outputFiles[0].text.replace(/[^\0-\x7f]/g, escaped));

const { status } = spawnSync(process.execPath, [join(import.meta.dirname, 'code-cache.mjs'), dist], {
  stdio: 'inherit',
});
process.exitCode = status ?? 1;
