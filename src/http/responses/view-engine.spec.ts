import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { Templates } from '../templates';
import { handlebarsEngine } from './view-engine';

describe('The view engine', () => {
  const root = mkdtempSync(join(tmpdir(), 'latchkey-views-'));
  const ours = join(root, 'ours');
  const theirs = join(root, 'theirs');
  afterAll(() => rmSync(root, { recursive: true }));

  function write(directory: string, file: string, text: string): string {
    const path = join(directory, file);
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(path, text);
    return path;
  }

  function render(directories: string[], file: string, context: object): string | undefined {
    return renderWith(handlebarsEngine(directories, true), file, context);
  }

  function renderWith(engine: ReturnType<typeof handlebarsEngine>, file: string, context: object) {
    let html: string | undefined;
    engine(file, context, (error, result) => {
      if (error) throw error as Error;
      html = result;
    });
    return html;
  }

  beforeAll(() => {
    write(ours, 'layouts/main.hbs', '<main>{{{body}}}</main>');
    write(ours, 'partials/name.hbs', '<b>{{name}}</b>');
  });

  it('puts a view into the layout and escapes what it is given', () => {
    const file = write(ours, 'hello.hbs', 'Hello {{> name}}');
    expect(render([ours], file, { name: '<script>' })).toBe('<main>Hello <b>&lt;script&gt;</b></main>');
  });

  it('shows no property that a value only inherits', () => {
    const file = write(ours, 'inherited.hbs', '[{{user.constructor}}{{user.secret}}]');
    const user = Object.create({ secret: 'inherited' }) as object;
    expect(render([ours], file, { user })).toBe('<main>[]</main>');
  });

  it('lets an earlier folder replace a layout or a partial of a later one', () => {
    write(theirs, 'partials/name.hbs', '<i>{{name}}</i>');
    const file = write(theirs, 'hello.hbs', 'Hi {{> name}}');
    expect(render([theirs, ours], file, { name: 'Ada' })).toBe('<main>Hi <i>Ada</i></main>');

    write(theirs, 'layouts/main.hbs', '<article>{{{body}}}</article>');
    expect(render([theirs, ours], file, { name: 'Ada' })).toBe('<article>Hi <i>Ada</i></article>');
  });

  it.each([
    ['in development', true, '<main>After</main>'],
    ['in production', false, '<main>Before</main>'],
  ])('%s, watching files is %s', async (_, isWatched, expected) => {
    const file = write(ours, 'edited.hbs', 'Before');
    const engine = handlebarsEngine([ours], isWatched);
    expect(renderWith(engine, file, {})).toBe('<main>Before</main>');
    await delay(150); // longer than a change may stay unnoticed
    write(ours, 'edited.hbs', 'After');
    expect(renderWith(engine, file, {})).toBe(expected);
  });

  it('compiles a view once in development, too', () => {
    const file = write(ours, 'once.hbs', 'Hello');
    const engine = handlebarsEngine([ours], true);
    const compile = jest.spyOn(Templates.prototype, 'at');
    const templates = () => new Set(compile.mock.contexts);
    for (let times = 0; times < 5; times += 1) renderWith(engine, file, {});
    expect(templates().size).toBe(1);
    compile.mockRestore();
  });

  it('tells of a broken view by an error instead of an empty page', () => {
    const file = write(ours, 'broken.hbs', '{{#if}}');
    expect(() => render([ours], file, {})).toThrow();
  });

  it('says so when there is no layout', () => {
    expect(() => handlebarsEngine([join(root, 'nowhere')], true)).toThrow(/layouts\/main\.hbs/);
  });
});
