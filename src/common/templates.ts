import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Handlebars from 'handlebars';

const LONG_DATE = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** Compiled Handlebars templates of one kind: pages or plain text. */
export class Templates {
  private readonly handlebars = Handlebars.create();
  private readonly files = new Map<string, string>();
  private readonly compiled = new Map<string, Handlebars.TemplateDelegate>();

  /**
   * Reads the partials of all folders.
   * @param folders each may hold `partials/` and views; an earlier one replaces files of a later one.
   * @param options `noEscape` for what is no HTML.
   */
  constructor(
    private readonly folders: readonly string[],
    private readonly options: { noEscape?: boolean } = {},
  ) {
    this.handlebars.registerHelper({
      eq: (one: unknown, other: unknown) => one === other,
      iso: (time: number) => new Date(time).toISOString(),
      date: (time: number) => `${LONG_DATE.format(time)} UTC`,
    });
    for (const folder of this.existing('partials').reverse()) {
      for (const file of readdirSync(folder)) {
        this.handlebars.registerPartial(basename(file, '.hbs'), readFileSync(join(folder, file), 'utf8'));
      }
    }
  }

  /** The template of a file, compiled when it is first asked for. */
  at(file: string): Handlebars.TemplateDelegate {
    const template =
      this.compiled.get(file) ?? this.handlebars.compile(readFileSync(file, 'utf8'), this.options);
    this.compiled.set(file, template);
    return template;
  }

  /** @param path below a folder. @throws Error when no folder has it. */
  named(path: string): Handlebars.TemplateDelegate {
    const file = this.files.get(path) ?? this.existing(path)[0];
    if (!file) throw new Error(`No ${path} in ${this.folders.join(', ')}`);
    this.files.set(path, file);
    return this.at(file);
  }

  private existing(path: string): string[] {
    return this.folders.map((folder) => join(folder, path)).filter((candidate) => existsSync(candidate));
  }
}
