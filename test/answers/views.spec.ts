import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handlebarsEngine } from '../../src/http/responses/view-engine';

const VIEWS = join(__dirname, '../../views');
const HOSTILE = `"'><b onmouseover="x">&`;
/** What `eq` of a view compares, and what its dates are made of. */
const CHOICES: Record<string, unknown[]> = {
  status: [404, 413, 429, 500, 503],
  level: ['success', 'info', 'warning'],
  minutes: [1, 2],
  base: ['', '/app'], // the server's own
  home: ['/', '/app/'],
};
const TIMES = [0, 1];
const TIMES_PER_VIEW = 40;

const views = readdirSync(VIEWS, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.hbs') && !/^(layouts|partials|mail)\//.test(name))
  .sort();

/** A context in which every name is hostile text, and a list of one or of none, by turns. */
function hostileContext(next: (below: number) => number): object {
  const valueOf = (name: string): unknown => {
    const choices = /(^a|A)t$/.test(name) ? TIMES : CHOICES[name];
    return choices ? choices[next(choices.length)] : hostile();
  };
  const hostile = (): object => {
    const list: unknown[] = Array(next(2)).fill(null);
    const isOwn = (name: PropertyKey) => name === 'length' || /^\d+$/.test(String(name));
    return new Proxy(list, {
      get(target, name) {
        if (name === Symbol.toPrimitive) return () => HOSTILE;
        if (name === 'length') return target.length;
        if (typeof name === 'symbol' || name === 'toHTML') return undefined;
        return isOwn(name) ? hostile() : valueOf(name);
      },
      getOwnPropertyDescriptor: (target, name) =>
        isOwn(name)
          ? Reflect.getOwnPropertyDescriptor(target, name)
          : { configurable: true, enumerable: true, value: null },
    });
  };
  return new Proxy(
    {},
    {
      get: (_, name) => (typeof name === 'symbol' ? undefined : valueOf(name)),
      getOwnPropertyDescriptor: () => ({ configurable: true, enumerable: true, value: null }),
    },
  );
}

type Engine = ReturnType<typeof handlebarsEngine>;

function render(engine: Engine, file: string, seed: number): string {
  let state = seed + 1;
  const next = (below: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * below);
  };
  let page = '';
  engine(file, hostileContext(next), (error, html) => {
    if (error) throw error as Error;
    page = html!;
  });
  return page;
}

/** What an attacker could make something of. */
const DANGERS = [
  /<b onmouseover|"'>/, // text that was not escaped
  /<script(?![^>]* src="\/)[^>]*>|<style[^>]*>|\s(style|on\w+)=/,
  /\s(href|src|action)="(?!\/|\?|#|data:image|&quot;)[^"]*"/,
];

describe('A view', () => {
  const ours = handlebarsEngine([VIEWS], false);

  const dangersIn = (engine: Engine, file: string) =>
    Array.from({ length: TIMES_PER_VIEW }, (_, seed) => render(engine, file, seed)).flatMap((page) =>
      DANGERS.flatMap((danger) => danger.exec(page)?.[0] ?? []),
    );

  it.each(views)('escapes what it is given and holds no script, style or handler of its own: %s', (view) => {
    expect(dangersIn(ours, join(VIEWS, view))).toEqual([]);
  });

  it('shows hostile text in this test', () => {
    const pages = views.map((view) => render(ours, join(VIEWS, view), 7)).join('');
    expect(pages).toContain('&lt;b onmouseover');
  });

  it.each([
    '<p>{{{name}}}</p>',
    '{{#if a}}{{#each b}}{{& name}}{{/each}}{{/if}}',
    '<p class={{{name}}}>',
    '<script>const name = 1;</script>',
    '<style>p { color: red }</style>',
    '<p style="color: red">',
    '<img src="/a.svg" onerror="x">',
    '<a href="javascript:x">',
    '<script src="https://elsewhere.example/x.js"></script>',
  ])('with %s would be found', (text) => {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-views-'));
    const file = join(folder, 'view.hbs');
    writeFileSync(file, text);
    try {
      expect(dangersIn(handlebarsEngine([folder, VIEWS], false), file)).not.toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
