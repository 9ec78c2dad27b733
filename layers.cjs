/**
 * The layers of src/, lowest first. A file imports from its own folder and from lower layers. Folders of one layer do not know
 * one another, but those that are joined by a + do. The lint (.dependency-cruiser.cjs) and the table in CONTRIBUTING.md are made from this list.
 */
module.exports = [
  { folders: ['options'], holds: 'settings and how they are read' },
  { folders: ['http'], holds: 'Express: adapter, requests, bodies, errors as problems' },
  {
    folders: ['database', 'events/bus', 'auth/passwords'],
    holds: 'data source, transactions and migrations; security events; password hashing',
  },
  {
    folders: ['sessions', 'mail', 'throttling', 'auth/tokens'],
    holds: 'session engines, cache and cookies; mail; throttling; tokens',
  },
  { folders: ['flash'], holds: 'flash messages' },
  { folders: ['access'], holds: 'principal, guards, decorators, same-origin check' },
  {
    folders: ['flash/drafts', 'access/submissions'],
    holds: 'forms kept over a log-in; forms that are sent twice',
  },
  { folders: ['http/responses'], holds: 'views, errors to responses' },
  {
    folders: ['users + access/step-up + flash/drafts/pages'],
    holds: 'accounts; step-up; drafts shown again',
  },
  {
    folders: ['auth + sessions/remember-me + users/email', 'events/audit', 'events/notices'],
    holds: 'log-in, log-out, reset, remember-me, change of address; audit log; notices',
  },
  { folders: ['account'], holds: "a user's own pages" },
  {
    folders: ['http/health', 'http/api-docs', 'http/well-known', 'http/route-map', 'events/metrics'],
    holds: 'routes for operators and clients; the map of all routes',
  },
  {
    folders: ['http/setup', 'testing', 'cli'],
    holds: 'the order of the middlewares; the test kit; the command line',
  },
  { folders: ['app'], holds: 'the application: not in the package' },
];
