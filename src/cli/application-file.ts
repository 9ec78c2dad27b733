import { existsSync, readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Type } from '@nestjs/common';
import { CommandFailure } from './printable';

let file: string | undefined;

/** The file of `--app`, or of `latchkey.app` in this folder's package.json. */
export function chooseApplication(option: string | undefined): void {
  file = option ?? fileOfManifest();
}

/** Whether commands work on an application with options in code, and not on the settings of the environment. */
export const isApplicationChosen = (): boolean => file !== undefined;

/** The root module of the chosen application, or null. @throws CommandFailure if its file has none. */
export async function chosenModule(): Promise<Type | null> {
  if (file === undefined) return null;
  const path = resolve(file);
  if (!existsSync(path) || !statSync(path).isFile())
    throw new CommandFailure(`There is no file ${path}. Is the application built?`);
  // The person who runs the command names the file. import() also loads CommonJS, whose exports are then its default.
  // eslint-disable-next-line latchkey/no-code-from-text
  const exported = (await import(pathToFileURL(path).href)) as Record<string, unknown>;
  return moduleOf({ ...exported, ...(exported.default as object) }, path);
}

/** @throws CommandFailure */
function fileOfManifest(): string | undefined {
  if (!existsSync('package.json')) return undefined;
  const app = manifest()?.latchkey?.app;
  if (app !== undefined && typeof app !== 'string')
    throw new CommandFailure('latchkey.app in package.json may be the path of a file.');
  return app;
}

function manifest(): { latchkey?: { app?: unknown } } | null {
  try {
    return JSON.parse(readFileSync('package.json', 'utf8')) as { latchkey?: { app?: unknown } } | null;
  } catch {
    throw new CommandFailure('package.json of this folder cannot be read.');
  }
}

/** Named AppModule, exported as default, or the only class. */
function moduleOf(exported: Record<string, unknown>, path: string): Type {
  const classes = Object.entries(exported).filter(([, value]) => typeof value === 'function');
  const found =
    classes.find(([name]) => name === 'AppModule') ??
    classes.find(([name]) => name === 'default') ??
    (classes.length === 1 ? classes[0] : undefined);
  if (!found)
    throw new CommandFailure(`${path} exports no AppModule. Name the file of the application's root module.`);
  return found[1] as Type;
}
