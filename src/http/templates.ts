import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, join } from 'node:path';
import Handlebars from 'handlebars';

const LONG_DATE = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/** Where a layout has the view. */
const BODY = '{{{body}}}';
const HELPERS = {
  /** In any block or partial, where a variable would be one of the item's. */
  base: ({ data }: Handlebars.HelperOptions) => (data as { root: { base?: unknown } }).root.base,
  eq: (one: unknown, other: unknown) => one === other,
  iso: (time: number) => new Date(time).toISOString(),
  date: (time: number) => `${LONG_DATE.format(time)} UTC`,
};
/** Compiled code then looks no name up among the helpers that is none. */
const KNOWN = { knownHelpersOnly: true, knownHelpers: { base: true, eq: true, iso: true, date: true } };

export interface Kind {
  /** For what is no HTML. */
  noEscape?: boolean;
  /** The file in which each view takes the place of `{{{body}}}`. */
  layout?: string;
}

/** Compiled Handlebars templates of one kind: pages or plain text. */
export class Templates {
  private readonly handlebars = Handlebars.create();
  private readonly options: CompileOptions;
  private readonly layout: string;
  private readonly files = new Map<string, string>();
  private readonly compiled = new Map<string, Handlebars.TemplateDelegate>();

  /**
   * Reads the partials of all folders.
   * @param folders each may hold `partials/` and views; an earlier one replaces files of a later one.
   * @throws Error when no folder has the layout.
   */
  constructor(
    private readonly folders: readonly string[],
    { noEscape, layout }: Kind = {},
  ) {
    this.options = { noEscape, ...KNOWN };
    this.layout = layout === undefined ? BODY : textOf(this.fileOf(layout));
    this.handlebars.registerHelper(HELPERS);
    for (const folder of this.existing('partials').reverse()) {
      for (const file of readdirSync(folder)) {
        const partial = this.handlebars.compile(textOf(join(folder, file)), this.options);
        this.handlebars.registerPartial(basename(file, '.hbs'), partial);
      }
    }
  }

  /** The template of a file, compiled when it is first asked for. */
  at(file: string): Handlebars.TemplateDelegate {
    let template = this.compiled.get(file);
    if (!template) {
      // One template instead of two, of which the inner would be rendered and copied into the outer.
      template = this.handlebars.compile(this.inLayout(textOf(file)), this.options);
      this.compiled.set(file, template);
    }
    return template;
  }

  /** @param path below a folder. @throws Error when no folder has it. */
  named(path: string): Handlebars.TemplateDelegate {
    return this.at(this.fileOf(path));
  }

  private inLayout(view: string): string {
    return this.layout.replace(BODY, () => view);
  }

  private fileOf(path: string): string {
    const file = this.files.get(path) ?? this.existing(path)[0];
    if (!file) throw new Error(`No ${path} in ${this.folders.join(', ')}`);
    this.files.set(path, file);
    return file;
  }

  private existing(path: string): string[] {
    return this.folders.map((folder) => join(folder, path)).filter((candidate) => existsSync(candidate));
  }
}

const textOf = (file: string): string => readFileSync(file, 'utf8');

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
