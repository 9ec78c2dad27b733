/** The goals of Latchkey: ratios within one run, or absolute figures with a unit. */

/** A figure of Latchkey as a share of another stack's, on the same store and number of processes. */
const ratio = (what, measure, metric, group, peer, goal, stack = 'latchkey') => ({
  what: `${what}, of ${peer}`,
  goal,
  unit: '×',
  value: (of) => of(measure, `${stack}/${group}`, metric) / of(measure, `${peer}/${group}`, metric),
});
/** A figure of Latchkey as a share of another one of its own. */
const own = (what, measure, metric, base, group, goal, stack = 'latchkey') => ({
  what,
  goal,
  unit: '×',
  value: (of) => of(measure, `${stack}/${group}`, metric) / of(measure, `${stack}/${group}`, base),
});
const figure = (what, measure, metric, unit, goal) => ({
  what,
  goal,
  unit,
  value: (of) => of(measure, 'latchkey/redispg/1p', metric),
});
const least = (limit) => ({ limit, isMet: (value) => value >= limit, text: `at least ${limit}` });
const most = (limit) => ({ limit, isMet: (value) => value <= limit, text: `at most ${limit}` });

const STORES = [
  ['SQLite', 'embedded/1p'],
  ['PostgreSQL + Redis', 'redispg/1p'],
];
const TWO = 'PostgreSQL + Redis, 2 processes';
const CHANGES = [
  ['a post', 'post', 1.5],
  ['log-out and log-in', 'relogin', 2],
  ['sign-up and log-in', 'signup', 2.5],
];

/** Goals on both stores. */
function onStore([store, group], isOldNode) {
  return [
    ratio(`mixed, ${store}`, 'mixed', 'all.rps', group, 'fastify', least(1)),
    ratio(`mixed, ${store}`, 'mixed', 'all.rps', group, 'naive-nest', least(isOldNode ? 3 : 2)),
    ratio(
      `mixed, ${store}, cache off`,
      'mixed',
      'all.rps',
      group,
      'fastify',
      least(0.8),
      'latchkey (cache off)',
    ),
    ratio(`list, page, ${store}`, 'lists', 'page.rps', group, 'fastify', least(0.9)),
    ratio(`list, JSON, ${store}`, 'lists', 'json.rps', group, 'fastify', least(0.9)),
    ratio(`ordinary page, ${store}`, 'pages', 'ordinary.rps', group, 'fastify', least(1.5)),
    ratio(
      `ordinary page, ${store}`,
      'pages',
      'ordinary.rps',
      group,
      'naive-nest',
      least(isOldNode ? 5 : 3.5),
    ),
    ratio(`ordinary page, ${store}`, 'pages', 'ordinary.rps', group, 'minimum', least(0.8)),
    ratio(`JSON, ${store}`, 'pages', 'me.rps', group, 'fastify', least(1.3)),
    ...CHANGES.map(([what, kind, times]) =>
      ratio(`CPU of ${what}, ${store}`, 'changes', `${kind}.visitCpu`, group, 'fastify', most(times)),
    ),
    ratio(`p99 of a page in mixed, ${store}`, 'mixed', 'all.page.p99', group, 'fastify', most(1.5)),
    ratio(`p99 of a post in mixed, ${store}`, 'mixed', 'all.post.p99', group, 'fastify', most(2)),
    ratio(`p99 of a log-in in mixed, ${store}`, 'mixed', 'all.login.p99', group, 'fastify', most(2)),
    own(
      `welcome, many sessions in turn, of 1,000, ${store}`,
      'growth',
      'large.rps',
      'small.rps',
      group,
      least(0.6),
    ),
  ];
}

/** @param nodeVersion on which the targets run: other stacks gain more from Node 24 than Latchkey does. */
export const goalsOn = (nodeVersion) => [
  ...STORES.flatMap((store) => onStore(store, Number.parseInt(nodeVersion, 10) < 24)),
  ratio(`welcome, ${TWO}`, 'pages', 'welcome.rps', 'redispg/2p', 'fastify', least(2.4)),
  ratio(`welcome, ${TWO}`, 'pages', 'welcome.rps', 'redispg/2p', 'minimum', least(1.1)),
  ratio(`auth/me, ${TWO}`, 'pages', 'me.rps', 'redispg/2p', 'fastify', least(1.3)),
  ...['embedded/1p', 'redispg/1p', 'redispg/2p'].map((group) =>
    ratio(`log-in form for a guest, ${group}`, 'pages', 'form.rps', group, 'fastify', least(1)),
  ),
  {
    what: 'log-ins a second, 16 at once, of bare bcrypt',
    goal: least(0.95),
    unit: '×',
    value: (of) =>
      of('logins', 'latchkey/redispg/1p', 'alone.perSecond') / of('logins', 'bare bcrypt', 'alone.perSecond'),
  },
  ...[
    [16, 1.5],
    [64, 2],
  ].flatMap(([atOnce, times]) => [
    own(
      `p99 of welcome in a storm of ${atOnce}, of calm`,
      'logins',
      `storm${atOnce}.p99`,
      'calm.p99',
      'redispg/1p',
      most(times),
    ),
    figure(`event loop, p99, in a storm of ${atOnce}`, 'logins', `storm${atOnce}.stall`, 'ms', most(50)),
  ]),
  figure('memory, idle', 'start', 'idleMiB', 'MiB', most(141)),
  ratio('memory that 10,000 log-ins leave', 'memory', 'more', 'redispg/1p', 'fastify', most(1.3)),
  figure('memory of a cached session', 'cached-session', 'bytes', 'bytes', most(1024)),
  ratio('start to first 200', 'start', 'ms', 'redispg/1p', 'naive-nest', most(0.7)),
];
