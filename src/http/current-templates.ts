import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { type Kind, Templates } from './templates';

/** How long a changed file may stay unnoticed, in milliseconds. */
const CHECK_INTERVAL = 100;

/** Compiled templates, compiled anew when a file of their folders has changed. */
export class CurrentTemplates {
  private templates: Templates;
  private fingerprint: string | undefined;
  private checkedAt = 0;

  /**
   * @param isWatched whether files can change while the process runs, as in development.
   * @throws Error when no folder has the layout.
   */
  constructor(
    private readonly folders: readonly string[],
    private readonly kind: Kind,
    private readonly isWatched: boolean,
  ) {
    this.templates = new Templates(folders, kind);
  }

  get(): Templates {
    if (this.isWatched && performance.now() - this.checkedAt >= CHECK_INTERVAL) this.check();
    return this.templates;
  }

  private check(): void {
    this.checkedAt = performance.now();
    const fingerprint = this.folders.flatMap(modificationTimes).join();
    if (fingerprint !== this.fingerprint) this.templates = new Templates(this.folders, this.kind);
    this.fingerprint = fingerprint;
  }
}

function modificationTimes(folder: string): string[] {
  const paths = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return paths.map((path) => `${path} ${statSync(join(folder, path), { throwIfNoEntry: false })?.mtimeMs}`);
}
