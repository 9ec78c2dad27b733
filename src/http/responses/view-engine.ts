import { CurrentTemplates } from '../templates';

type Render = (file: string, options: object, done: (error: unknown, html?: string) => void) => void;

/**
 * Handlebars for Express: every view inside the layout, partials by their file name, everything escaped.
 * @param directories each may hold `layouts/main.hbs`, `partials/` and views; an earlier one replaces files of a later one.
 * @param isWatched compiles views anew when their files change.
 */
export function handlebarsEngine(directories: readonly string[], isWatched: boolean): Render {
  const templates = new CurrentTemplates(directories, { layout: 'layouts/main.hbs' }, isWatched);
  return (file, options, done) => {
    try {
      done(null, templates.get().at(file)(options));
    } catch (error) {
      done(error);
    }
  };
}
