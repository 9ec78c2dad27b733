/** The samples as tables of medians and ratios, and what they say about the goals. */
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { goalsOn } from './goals.mjs';
import { ablated } from './measures/ablation.mjs';
import { GROUPS } from './targets.mjs';

const number = (value, digits = 0) =>
  value === undefined || Number.isNaN(value)
    ? '–'
    : value.toLocaleString('en-US', { minimumFractionDigits: digits, maximumFractionDigits: digits });
const percent = (share) => (share === undefined ? '–' : `±${number(share * 100)} %`);

function table(title, head, rows) {
  if (rows.length === 0) return [];
  const line = (cells) => `| ${cells.join(' | ')} |`;
  return [
    `### ${title}`,
    '',
    line(head),
    line(head.map((_, index) => (index ? '---:' : '---'))),
    ...rows.map(line),
    '',
  ];
}

/** One table of a measure. @param columns `[heading, metric, digits]`. */
function plain(samples, targets, measure, title, columns) {
  const names = targets.map(({ name }) => name).filter((name) => samples.has(measure, name));
  const rows = names.map((name) => [
    name,
    ...columns.map(([, metric, digits]) => number(samples.median(measure, name, metric), digits)),
  ]);
  return table(title, ['', ...columns.map(([heading]) => heading)], rows);
}

function pagesTable(samples, targets, group) {
  const of = (name, metric) => samples.median('pages', name, metric);
  const names = targets
    .map(({ name }) => name)
    .filter((name) => name.endsWith(group.name) && samples.has('pages', name));
  names.sort((one, other) => of(other, 'welcome.rps') - of(one, 'welcome.rps'));
  const against = (name, peer, metric) => number(of(name, metric) / of(`${peer}/${group.name}`, metric), 2);
  const head = ['', 'welcome/s', 'spread', '× Fastify', '× naive', '× minimum', 'p50 ms', 'p99 ms'];
  const rows = names.map((name) => [
    name.split('/')[0],
    number(of(name, 'welcome.rps')),
    percent(samples.spread('pages', name, 'welcome.rps')),
    ...['fastify', 'naive-nest', 'minimum'].map((peer) => against(name, peer, 'welcome.rps')),
    number(of(name, 'welcome.p50'), 1),
    number(of(name, 'welcome.p99'), 1),
    number(of(name, 'welcome.cpu')),
    number(of(name, 'welcome.storeCpu')),
    against(name, 'naive-nest', 'welcome.cpu'),
    number(of(name, 'ordinary.rps')),
    number(of(name, 'ordinary.cpu')),
    number(of(name, 'me.rps')),
    number(of(name, 'form.rps')),
  ]);
  const more = ['CPU µs', 'stores µs', 'CPU × naive', 'account /s', 'its CPU µs', 'auth/me /s', 'form /s'];
  return table(`GET /users/welcome: ${group.title}`, [...head, ...more], rows);
}

function ablationTable(samples, targets) {
  const names = targets.flatMap((target) => [target, ...ablated(target)]).map(({ name }) => name);
  const of = (name, metric) => samples.median('ablation', name, metric);
  const rows = names
    .filter((name) => samples.has('ablation', name))
    .map((name) => {
      const whole = name.replace(/ without [^/]*/, '');
      return [
        name,
        number(of(name, 'rps')),
        percent(samples.spread('ablation', name, 'rps')),
        number(of(name, 'cpu')),
        number(of(name, 'cpu') / of(whole, 'cpu'), 2),
      ];
    });
  return table(
    'GET /account, with each lever switched off',
    ['', 'requests/s', 'spread', 'CPU µs', 'CPU × with all'],
    rows,
  );
}

function goalsTable(samples, nodeVersion) {
  const rows = goalsOn(nodeVersion).map(({ what, goal, unit, value }) => {
    const reached = value(samples.median.bind(samples));
    return [
      what,
      `${number(reached, 2)} ${unit}`,
      `${goal.text} ${unit}`,
      goal.isMet(reached) ? 'yes' : '**no**',
      reached,
    ];
  });
  const measured = rows.filter((row) => Number.isFinite(row.pop()));
  return table('Goals', ['', 'measured', 'goal', 'reached'], measured);
}

/** @returns Markdown. */
export function report(samples, targets, nodeVersion) {
  const bare = { name: 'bare bcrypt' };
  return [
    ...goalsTable(samples, nodeVersion),
    ...GROUPS.flatMap((group) => pagesTable(samples, targets, group)),
    ...plain(samples, targets, 'lists', '20 of 10,000 messages', [
      ['page /s', 'page.rps'],
      ['CPU µs', 'page.cpu'],
      ['stores µs', 'page.storeCpu'],
      ['p99 ms', 'page.p99', 1],
      ['JSON /s', 'json.rps'],
      ['CPU µs', 'json.cpu'],
      ['stores µs', 'json.storeCpu'],
      ['p99 ms', 'json.p99', 1],
    ]),
    ...plain(samples, targets, 'mixed', 'A mixed load', [
      ['requests/s', 'all.rps'],
      ['CPU µs', 'all.cpu'],
      ['stores µs', 'all.storeCpu'],
      ...['page', 'json', 'list', 'post', 'login', 'signup'].flatMap((kind) => [
        [`${kind} p50 ms`, `all.${kind}.p50`, 1],
        ['p99', `all.${kind}.p99`, 1],
      ]),
    ]),
    ...plain(samples, targets, 'changes', 'CPU µs of a change alone, with its form and the page behind it', [
      ['post', 'post.visitCpu'],
      ['log-out and log-in', 'relogin.visitCpu'],
      ['sign-up and log-in', 'signup.visitCpu'],
    ]),
    ...plain(samples, [bare, ...targets], 'logins', 'Log-ins at cost 12, and the page meanwhile', [
      ['log-ins/s', 'alone.perSecond', 2],
      ['calm p99 ms', 'calm.p99', 1],
      ['storm of 16', 'storm16.p99', 1],
      ['of 64', 'storm64.p99', 1],
      ['loop late p99 ms: calm', 'calm.stall', 1],
      ['16', 'storm16.stall', 1],
      ['64', 'storm64.stall', 1],
      ['at most, 64', 'storm64.stallMax', 1],
    ]),
    ...plain(samples, targets, 'growth', 'Users and sessions: 1,000 and many, all active', [
      ['welcome/s of 1,000', 'small.rps'],
      ['of many', 'large.rps'],
      ['CPU µs of 1,000', 'small.cpu'],
      ['of many', 'large.cpu'],
      ['p99 ms of 1,000', 'small.p99', 1],
      ['of many', 'large.p99', 1],
      ['MiB with 1,000', 'small.mib'],
      ['with many', 'large.mib'],
    ]),
    ...ablationTable(samples, targets),
    ...plain(samples, targets, 'start', 'Start', [
      ['ms to the first 200', 'ms'],
      ['MiB idle', 'idleMiB'],
    ]),
    ...plain(samples, targets, 'memory', 'Memory', [
      ['MiB before', 'before'],
      ['MiB after log-ins', 'after'],
      ['log-ins', 'count'],
    ]),
    ...plain(samples, targets, 'cached-session', 'A session with its user in the cache', [
      ['bytes of the heap', 'bytes'],
    ]),
  ].join('\n');
}

/** @returns the commit that is measured, and whether files differ from it. To be called before others change them. */
export function describeCommit() {
  const git = (...argv) => execFileSync('git', argv, { cwd: import.meta.dirname, encoding: 'utf8' }).trim();
  const changes = git('status', '--porcelain', '--untracked-files=no', '--', '..');
  return `${git('rev-parse', '--short', 'HEAD')}${changes ? ', with changes' : ''}`;
}

/** Keeps the tables in RESULTS.md, with the commit that they are of. Those of other major versions of Node stay. */
export function writeResults(tables, commit, nodeVersion, { rounds, seconds }) {
  const file = fileURLToPath(new URL('RESULTS.md', import.meta.url));
  const [major] = nodeVersion.split('.');
  const others = readFileSync(file, 'utf8')
    .split(/^(?=## Node )/m)
    .filter((section) => section.startsWith('## Node ') && !section.startsWith(`## Node ${major}\n`));
  const how = `Node ${nodeVersion}, commit ${commit}, ${availableParallelism()} cores, ${rounds} rounds of ${seconds} s, bcrypt cost 12.`;
  const read = 'How it is measured and how far to trust it: [README.md](README.md).';
  const sections = [...others, [`## Node ${major}`, '', how, '', tables].join('\n')].sort();
  writeFileSync(file, ['# Results of `npm run bench`', '', read, '', ...sections].join('\n'));
}
