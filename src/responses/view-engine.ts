import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import Handlebars from 'handlebars';

type Render = (file: string, options: object, done: (error: unknown, html?: string) => void) => void;

const LONG_DATE = new Intl.DateTimeFormat('en-GB', {
  dateStyle: 'long',
  timeStyle: 'short',
  timeZone: 'UTC',
});

/**
 * Handlebars for Express: every view inside the layout, partials by their file name, everything escaped.
 * @param directories each may hold `layouts/main.hbs`, `partials/` and views; what an earlier one has replaces the
 * same file of a later one.
 * @param cached keeps compiled templates; without it a changed file shows at the next request.
 */
export function handlebarsEngine(directories: string[], cached: boolean): Render {
  let templates = loadTemplates(directories);
  return (file, options, done) => {
    try {
      if (!cached) templates = loadTemplates(directories);
      const body = templates.view(file)(options);
      done(null, templates.layout({ ...options, body }));
    } catch (error) {
      done(error);
    }
  };
}

function loadTemplates(directories: string[]) {
  const handlebars = Handlebars.create();
  handlebars.registerHelper({
    eq: (one: unknown, other: unknown) => one === other,
    iso: (time: number) => new Date(time).toISOString(),
    date: (time: number) => `${LONG_DATE.format(time)} UTC`,
  });
  const compile = (file: string) => handlebars.compile(readFileSync(file, 'utf8'));

  for (const folder of existing(directories, 'partials').reverse()) {
    for (const file of readdirSync(folder)) {
      handlebars.registerPartial(basename(file, '.hbs'), readFileSync(join(folder, file), 'utf8'));
    }
  }
  const [layout] = existing(directories, join('layouts', 'main.hbs'));
  if (!layout) throw new Error(`No layouts/main.hbs in ${directories.join(', ')}`);

  const views = new Map<string, Handlebars.TemplateDelegate>();
  const view = (file: string) => {
    const template = views.get(file) ?? compile(file);
    views.set(file, template);
    return template;
  };
  return { layout: compile(layout), view };
}

function existing(directories: string[], path: string): string[] {
  return directories.map((directory) => join(directory, path)).filter((candidate) => existsSync(candidate));
}
