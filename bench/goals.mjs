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

const ONE = 'PostgreSQL + Redis, 1 process';
const TWO = 'PostgreSQL + Redis, 2 processes';

export const GOALS = [
  ratio('welcome, SQLite', 'pages', 'welcome.rps', 'embedded/1p', 'fastify', least(1.3)),
  ratio('welcome, SQLite', 'pages', 'welcome.rps', 'embedded/1p', 'naive-nest', least(3.6)),
  ratio(`welcome, ${ONE}`, 'pages', 'welcome.rps', 'redispg/1p', 'fastify', least(1.3)),
  ratio(`welcome, ${ONE}`, 'pages', 'welcome.rps', 'redispg/1p', 'minimum', least(0.75)),
  ratio(`welcome, ${TWO}`, 'pages', 'welcome.rps', 'redispg/2p', 'fastify', least(2.4)),
  ratio(`welcome, ${TWO}`, 'pages', 'welcome.rps', 'redispg/2p', 'minimum', least(1.1)),
  ...['embedded/1p', 'redispg/1p'].map((group) =>
    ratio(
      `welcome, cache off, ${group}`,
      'pages',
      'welcome.rps',
      group,
      'fastify',
      least(0.8),
      'latchkey (cache off)',
    ),
  ),
  ...['embedded/1p', 'redispg/1p', 'redispg/2p'].map((group) =>
    ratio(`auth/me, ${group}`, 'pages', 'me.rps', group, 'fastify', least(1.3)),
  ),
  ...['embedded/1p', 'redispg/1p', 'redispg/2p'].map((group) =>
    ratio(`log-in form for a guest, ${group}`, 'pages', 'form.rps', group, 'fastify', least(1)),
  ),
  ...['embedded/1p', 'redispg/1p'].map((group) =>
    ratio(`CPU of welcome, ${group}`, 'pages', 'welcome.cpu', group, 'naive-nest', most(0.24)),
  ),
  {
    what: 'log-ins a second, 16 at once, of bare bcrypt',
    goal: least(0.95),
    unit: '×',
    value: (of) =>
      of('logins', 'latchkey/redispg/1p', 'alone.perSecond') / of('logins', 'bare bcrypt', 'alone.perSecond'),
  },
  ...[16, 64].flatMap((atOnce) => [
    own(
      `p99 of welcome in a storm of ${atOnce}, of calm`,
      'logins',
      `storm${atOnce}.p99`,
      'calm.p99',
      'redispg/1p',
      most(1.5),
    ),
    figure(`event loop, p99, in a storm of ${atOnce}`, 'logins', `storm${atOnce}.stall`, 'ms', most(50)),
  ]),
  ...['embedded/1p', 'redispg/1p'].map((group) =>
    own(`welcome, grown, of 1,000 users, ${group}`, 'growth', 'large.rps', 'small.rps', group, least(0.95)),
  ),
  ...['embedded/1p', 'redispg/1p'].map((group) =>
    own(
      `the same, cache of a million, ${group}`,
      'growth',
      'large.rps',
      'small.rps',
      group,
      least(0.95),
      'latchkey (cache of a million)',
    ),
  ),
  figure('memory, idle', 'start', 'idleMiB', 'MiB', most(141)),
  figure('memory after 10,000 log-ins', 'memory', 'after', 'MiB', most(150)),
  figure('memory of a cached session', 'cached-session', 'bytes', 'bytes', most(1024)),
  ratio('start to first 200', 'start', 'ms', 'redispg/1p', 'naive-nest', most(0.7)),
];
