import { readdirSync, readFileSync } from 'node:fs';
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
 * @param directory holds `layouts/main.hbs`, `partials/` and the views.
 * @param cached keeps compiled templates; without it a changed file shows at the next request.
 */
export function handlebarsEngine(directory: string, cached: boolean): Render {
  let templates = loadTemplates(directory);
  return (file, options, done) => {
    try {
      if (!cached) templates = loadTemplates(directory);
      const body = templates.view(file)(options);
      done(null, templates.layout({ ...options, body }));
    } catch (error) {
      done(error);
    }
  };
}

function loadTemplates(directory: string) {
  const handlebars = Handlebars.create();
  handlebars.registerHelper({
    eq: (one: unknown, other: unknown) => one === other,
    iso: (time: number) => new Date(time).toISOString(),
    date: (time: number) => `${LONG_DATE.format(time)} UTC`,
  });
  const compile = (file: string) => handlebars.compile(readFileSync(file, 'utf8'));
  for (const file of readdirSync(join(directory, 'partials'))) {
    handlebars.registerPartial(
      basename(file, '.hbs'),
      readFileSync(join(directory, 'partials', file), 'utf8'),
    );
  }

  const views = new Map<string, Handlebars.TemplateDelegate>();
  const view = (file: string) => {
    const template = views.get(file) ?? compile(file);
    views.set(file, template);
    return template;
  };
  return { layout: compile(join(directory, 'layouts', 'main.hbs')), view };
}
