import { filesOf, findings, type SourceFile } from './source';

const server = filesOf('src', '.ts');
const scripts = filesOf('public', '.js');
const views = filesOf('views', '.hbs');

interface Rule {
  what: string;
  files: SourceFile[];
  pattern: RegExp;
  /** What the pattern would find. */
  samples: string[];
  /** What is meant to be there. */
  allowed?: string[];
}

const rules: Rule[] = [
  {
    what: 'the views put nothing into a page unescaped but the page into its layout',
    files: views,
    pattern: /\{\{\{.*?\}\}\}|\{\{&.*?\}\}/,
    samples: ['<p>{{{name}}}</p>', '{{& name}}'],
    allowed: ['views/layouts/main.hbs: {{{body}}}'],
  },
  {
    what: 'the server marks no text as safe to be shown unescaped',
    files: server,
    pattern: /SafeString|noEscape: true/,
    samples: ['new Handlebars.SafeString(name)', '{ noEscape: true }'],
    allowed: ['src/mail/mail-views.ts: noEscape: true'], // a mail is plain text
  },
  {
    what: 'the views hold no script, style or handler of their own, so no data can become part of one',
    files: views,
    pattern:
      /<script(?![^>]* src="\/)[^>]*>|<style[^>]*>|\s(style|on\w+)=|(href|src|action)="(?!\/|\?|#|\{\{|data:)[^"]*"/,
    samples: ['<script>', '<style>', '<p style="x">', '<img onerror="x">', '<a href="javascript:x">'],
  },
  {
    what: 'templates are made of files alone',
    files: server,
    pattern: /\.(pre)?compile\([^)]*\)+/,
    samples: ['handlebars.compile(request.body.text)'],
    allowed: [
      'src/http/templates.ts: .compile(textOf(join(folder, file))',
      'src/http/templates.ts: .compile(this.inLayout(textOf(file))',
    ],
  },
  {
    what: 'the name of a view is written out and never put together',
    files: server,
    pattern: /(@Render|\.render)\((?!'|[A-Z_]+[)[,])[^,\n]*/,
    samples: ['response.render(request.query.view)', 'response.render(`users/${name}`)'],
    // What the decorator of a handler says, and the kinds of notices.
    allowed: [
      'src/users/email/email-notice-mail.ts: .render(`email-${event}`',
      'src/flash/drafts/pages/draft-pages.controller.ts: .render(view',
      'src/events/notices/notice-mail.ts: .render(`notices/${subject}`',
      'src/http/responses/exception.filter.ts: .render(page.view',
    ],
  },
  {
    what: 'no code is made from text',
    files: [...server, ...scripts],
    pattern: /(?<![.\w])(eval|Function)\(|node:vm|set(Timeout|Interval)\(\s*['"`]|import\((?!['"])/,
    samples: ["eval('x')", "new Function('x')", "from 'node:vm'", "setTimeout('x')", 'import(path)'],
  },
  {
    what: 'no other program is started: only itself, as workers, and its own program that hashes',
    files: server,
    pattern: /child_process|node:cluster|worker_threads/,
    samples: ["from 'node:child_process'", "from 'node:cluster'", "from 'node:worker_threads'"],
    allowed: [
      'src/app/start.ts: node:cluster',
      'src/events/metrics/exposed-metrics.ts: node:cluster',
      'src/auth/passwords/hashing-child.ts: child_process',
      'src/app/workers.ts: node:cluster',
    ],
  },
  {
    what: 'no SQL is put together with a value',
    files: server,
    pattern:
      /(query(<.*?>)?|where|andWhere|orWhere|having)\(\s*`[^`]*\$\{(?!VERSION|MIGRATIONS_TABLE|this\.lockTimeout)[^}]*\}/,
    samples: ["query(`SELECT * FROM users WHERE name = '${name}'`)", 'where(`id = ${id}`)'],
  },
  {
    what: 'no page builds markup, or anything else that could run, from text',
    files: scripts,
    pattern:
      /(inner|outer)HTML|insertAdjacentHTML|document\.write|DOMParser|createContextualFragment|setHTML|srcdoc/,
    samples: [
      'banner.innerHTML = text',
      "body.insertAdjacentHTML('beforeend', text)",
      'document.write(text)',
    ],
  },
  {
    what: 'no page keeps state on document or window, where an element with that name or ID would take its place',
    files: scripts,
    pattern:
      /\b(document|window)\.(?!querySelector|createElement|documentElement|addEventListener|matchMedia|BroadcastChannel|EventSource)\w+|\b(document|window)\[/,
    samples: ['document.settings', "window['config']", 'window.config = {}'],
  },
  {
    what: 'no page keeps anything in the storage of the browser',
    files: scripts,
    pattern: /localStorage|sessionStorage|indexedDB|document\.cookie|\bcaches\b/,
    samples: ["localStorage.setItem('token', token)", 'document.cookie'],
  },
  {
    what: 'no address but those of settings is connected to',
    files: server,
    pattern:
      /import (?!type )\{(?! (STATUS_CODES|isIP|isIPv6) )[^}]*\} from 'node:(https?|net|tls|dgram|http2)'|\bfetch\(|XMLHttpRequest|axios/,
    samples: ["import { request } from 'node:https'", 'await fetch(url)'],
    allowed: [
      "src/http/request-context.ts: import { IncomingMessage } from 'node:http'", // tells a request by its class
      "src/events/metrics/metrics-server.ts: import { createServer, type Server } from 'node:http'", // listens
    ],
  },
  {
    what: 'no file is written but the secret that is made, the end of the audit log, and mails where no server is set',
    files: server,
    pattern: /\b(writeFile|writeFileSync|appendFile|appendFileSync|createWriteStream)\(/,
    samples: ["await writeFile('log', line)", "appendFileSync('log', line)", "createWriteStream('log')"],
    allowed: [
      'src/events/audit/checkpoint-file.ts: writeFile(',
      'src/options/kept-secret.ts: writeFileSync(',
      'src/mail/folder-mailer.ts: writeFile(',
    ],
  },
  {
    what: 'no line of the log holds what was sent, but by the security log, which escapes it',
    files: server,
    pattern:
      /logger\.\w+\([^;]*(\brequest\.(body|query|headers|cookies|originalUrl|url|params|path)|\b(username|email|userAgent)\b)[^;]*\)/,
    samples: ['this.logger.warn(`Who is ${request.body.username}?`)', 'this.logger.log(request.originalUrl)'],
  },
];

describe.each(rules)('In the source $what', ({ files, pattern, samples, allowed = [] }) => {
  it('and would be found if it did otherwise', () => {
    expect(files.length).toBeGreaterThan(2);
    for (const text of samples) expect(findings([{ path: '', text }], pattern)).not.toEqual([]);
    expect(findings(files, pattern).toSorted()).toEqual(allowed.toSorted());
  });
});

it('In the source only style sheets, scripts and images lie among the assets', () => {
  const assets = filesOf('public', '').filter(({ path }) => !/\.(css|js|svg)$/.test(path));
  expect(assets).toEqual([]);
});
