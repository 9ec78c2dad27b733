import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { constants, Script } from 'node:vm';
import { PACKAGE_ROOT } from './config/package-root';

/* The program in one file, with what V8 compiled it to: a start that reads it does without two thousand other files. */

/** Made by scripts/bundle.mjs, of ASCII alone. It lies where program.js does, so that `require` finds the same packages. */
export const BUNDLE = join(__dirname, 'program.bundle.js');
/** What V8 made of it. V8 refuses that of another version or with other options, and compiles the bundle itself. */
export const CODE_CACHE = join(__dirname, 'program.bundle.cache');

type Bundle = (exports: object, require: NodeJS.Require, filename: string, dirname: string) => void;

/** @returns null where there is none, and where it holds other packages than package-lock.json names. */
export function compiledBundle(): Script | null {
  if (!existsSync(BUNDLE)) return null;
  const source = readFileSync(BUNDLE, 'latin1');
  const packages = fingerprintOfPackages();
  if (packages !== null && !source.startsWith(packages)) return null;
  return new Script(source, {
    filename: BUNDLE,
    cachedData: existsSync(CODE_CACHE) ? readFileSync(CODE_CACHE) : undefined,
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
}

export function runBundle(bundle: Script): void {
  (bundle.runInThisContext() as Bundle)({}, createRequire(BUNDLE), BUNDLE, __dirname);
}

/** What a bundle begins with: a comment. @returns null where packages were installed without a lock file. */
export function fingerprintOfPackages(): string | null {
  const lock = join(PACKAGE_ROOT, 'package-lock.json');
  if (!existsSync(lock)) return null;
  return `/* package-lock.json ${createHash('sha256').update(readFileSync(lock)).digest('hex')} */`;
}
