import {
  type Browser,
  type BrowserContext,
  type BrowserContextOptions,
  chromium,
  type LaunchOptions,
} from 'playwright-core';
import { findChromium } from './services.cjs';

function launchOptions(): LaunchOptions {
  const { file, missing } = findChromium();
  if (missing !== undefined) throw new Error(missing);
  return {
    executablePath: file,
    // Chromium refuses its sandbox to root; without this Playwright would drop it for every user.
    chromiumSandbox: process.getuid?.() !== 0,
    args: [
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  };
}

/** @param options whose `args` are added to ours. */
export function launchChromium(options: LaunchOptions = {}): Promise<Browser> {
  return chromium.launch(withOurs(options));
}

/** A browser with a profile folder, to be closed and opened again. */
export function launchPersistent(
  profileDir: string,
  options: BrowserContextOptions & LaunchOptions = {},
): Promise<BrowserContext> {
  return chromium.launchPersistentContext(profileDir, withOurs(options));
}

function withOurs<Options extends LaunchOptions>({ args = [], ...options }: Options) {
  const ours = launchOptions();
  return { ...ours, ...options, args: [...(ours.args ?? []), ...args] };
}
