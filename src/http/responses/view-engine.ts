import { Templates } from '../templates';

type Render = (file: string, options: object, done: (error: unknown, html?: string) => void) => void;

/**
 * Handlebars for Express: every view inside the layout, partials by their file name, everything escaped.
 * @param directories each may hold `layouts/main.hbs`, `partials/` and views; what an earlier one has replaces the
 * same file of a later one.
 * @param cached keeps compiled templates; without it a changed file shows at the next request.
 */
export function handlebarsEngine(directories: readonly string[], cached: boolean): Render {
  const compile = () => new Templates(directories, { layout: 'layouts/main.hbs' });
  let templates = compile();
  return (file, options, done) => {
    try {
      if (!cached) templates = compile();
      done(null, templates.at(file)(options));
    } catch (error) {
      done(error);
    }
  };
}
