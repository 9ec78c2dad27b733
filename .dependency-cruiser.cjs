/**
 * The floors of the house: a file imports only from its own folder and from lower floors.
 * Folders on one line stand side by side and do not know one another.
 */
const floors = [
  ['config'],
  ['common'],
  ['database', 'security-events', 'passwords'],
  ['sessions', 'mail', 'throttling', 'tokens'],
  ['flash'],
  ['access'],
  ['kept-forms', 'submissions'],
  ['responses'],
  ['users'],
  ['auth', 'audit', 'notices'],
  ['account'],
  ['messages', 'admin', 'lab', 'health', 'metrics', 'home', 'api-docs', 'well-known'],
  ['testing', 'cli'],
];

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const floorRules = floors.flatMap((folders, index) =>
  folders
    .filter((folder) => folder !== 'messages')
    .map((folder) => {
      const allowed = [folder, ...floors.slice(0, index).flat()];
      // A command works on the whole application, as main.ts does.
      const root = folder === 'cli' ? '|^src/app[.]module[.]ts$' : '';
      return rule(
        `floor-of-${folder}`,
        `${folder}/ imports only from its own folder and from lower floors.`,
        { path: `^src/${folder}/` },
        { path: '^src/', pathNot: `^src/(${allowed.join('|')})/${root}` },
      );
    }),
);

module.exports = {
  forbidden: [
    ...floorRules,
    rule(
      'messages-as-a-company-would',
      'messages/ shows how a company builds on Latchkey: it sees src/index.ts and nothing behind it.',
      { path: '^src/messages/' },
      { path: '^src/', pathNot: '^src/(messages/|index[.]ts$)' },
    ),
    rule(
      'public-face',
      'src/index.ts offers no example, no removable part and nothing that starts the application.',
      { path: '^src/index[.]ts$' },
      { path: '^src/((messages|admin|lab|cli)/|(main|bundle|program|serve|workers|app[.]module)[.]ts$)' },
    ),
    rule(
      'root-files',
      'Of the files at the root of src/, the parts are imported by those that put them together.',
      { path: '^src/(app[.]module|configure-app|request-pipeline|workers)[.]ts$' },
      { path: '^src/[^/]+$', pathNot: '^src/request-pipeline[.]ts$' },
    ),
    rule(
      'main',
      'main.ts, program.ts and serve.ts only put the application together and start it.',
      { path: '^src/(main|program|serve)[.]ts$' },
      {
        path: '^src/[^/]+$',
        pathNot: '^src/(bundle|program|configure-app|app[.]module|serve|workers)[.]ts$',
      },
    ),
    rule(
      'folder-without-a-floor',
      'A new folder needs a floor: add it to the list in .dependency-cruiser.cjs.',
      { path: '^src/[^/]+[.]ts$' },
      { path: '^src/[^/]+/', pathNot: `^src/(${floors.flat().join('|')})/` },
    ),
    rule('no-test-code', 'The product does not import its tests.', { path: '^src/' }, { path: '^test/' }),
    rule(
      'no-dev-packages',
      'What the product imports is installed with it.',
      { path: '^src/', pathNot: '^src/testing/|[.]spec[.]ts$' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only'] },
    ),
    rule('no-circles', 'Two files that need each other are one, or need a third.', {}, { circular: true }),
    rule('no-unresolved', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsConfig: { fileName: 'tsconfig.json' },
    // Types count as well: they tie two folders together just as much.
    tsPreCompilationDeps: true,
  },
};
