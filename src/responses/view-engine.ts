import { Templates } from '../common/templates';

type Render = (file: string, options: object, done: (error: unknown, html?: string) => void) => void;

const LAYOUT = 'layouts/main.hbs';

/**
 * Handlebars for Express: every view inside the layout, partials by their file name, everything escaped.
 * @param directories each may hold `layouts/main.hbs`, `partials/` and views; what an earlier one has replaces the
 * same file of a later one.
 * @param cached keeps compiled templates; without it a changed file shows at the next request.
 */
export function handlebarsEngine(directories: readonly string[], cached: boolean): Render {
  let templates = new Templates(directories);
  templates.named(LAYOUT); // without one no page could be shown
  return (file, options, done) => {
    try {
      if (!cached) templates = new Templates(directories);
      const body = templates.at(file)(options);
      done(null, templates.named(LAYOUT)({ ...options, body }));
    } catch (error) {
      done(error);
    }
  };
}
