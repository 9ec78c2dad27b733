const { readFileSync } = require('node:fs');
const { join } = require('node:path');
const layers = require('./layers.cjs');

const rule = (name, comment, from, to) => ({ name, comment, severity: 'error', from, to });

const groups = layers.map(({ folders }) => folders.map((group) => group.split(' + ')));
const folders = groups.flat(2);

/** The files of a folder, without those of folders below it that have a layer of their own. */
const filesOf = (folder) => {
  const inner = folders
    .filter((other) => other.startsWith(`${folder}/`))
    .map((other) => other.slice(folder.length + 1));
  return inner.length > 0 ? `^src/${folder}/(?!(${inner.join('|')})/)` : `^src/${folder}/`;
};

const layerRules = groups.flatMap((layer, index) =>
  layer.flatMap((group) =>
    group.map((folder) => {
      const allowed = [...group, ...groups.slice(0, index).flat(2)];
      return rule(
        `layer-of-${folder.replaceAll('/', '-')}`,
        `${folder}/ imports only from its own folder and from lower layers.`,
        { path: filesOf(folder) },
        { path: '^src/', pathNot: allowed.map(filesOf).join('|') },
      );
    }),
  ),
);

/** The files that docs/cryptography.md names. */
const [, inventory] = readFileSync(join(__dirname, 'docs/cryptography.md'), 'utf8').split('## Inventory');
const cryptographic = [...inventory.split('## Keys')[0].matchAll(/`([\w/.-]+\.ts)`/g)].map(
  ([, file]) => file,
);
const IN_INVENTORY = `^src/(${cryptographic.join('|').replaceAll('.', '[.]')})$`;
const CRYPTOGRAPHY = '^(node:)?crypto$|node_modules/(bcrypt|cookie-signature)/';

module.exports = {
  required: [
    {
      name: 'cryptography-in-use',
      comment: 'A file that the inventory of docs/cryptography.md names uses cryptography.',
      severity: 'error',
      module: { path: IN_INVENTORY },
      to: { path: CRYPTOGRAPHY },
    },
  ],
  forbidden: [
    rule(
      'cryptography-in-the-inventory',
      'A file that uses cryptography is named in the inventory of docs/cryptography.md.',
      { path: '^src/', pathNot: `${IN_INVENTORY}|[.]spec[.]ts$` },
      { path: CRYPTOGRAPHY },
    ),
    ...layerRules.filter(({ name }) => name !== 'layer-of-app'),
    rule(
      'messages-as-an-application-would',
      'app/messages/ shows how an application builds on Latchkey: it imports src/index.ts and nothing behind it.',
      { path: '^src/app/messages/' },
      { path: '^src/', pathNot: '^src/(app/messages/|index[.]ts$)' },
    ),
    rule(
      'package-without-the-application',
      'src/app/ is not in the package, so nothing in the package imports it.',
      { path: '^src/', pathNot: '^src/(app/|main[.]ts$)' },
      { path: '^src/app/' },
    ),
    rule(
      'folder-without-a-layer',
      'A new folder needs a layer: add it to layers.cjs.',
      { path: '^src/' },
      { path: '^src/[^/]+/', pathNot: `^src/(${folders.join('|')})/` },
    ),
    rule('no-test-code', 'The product does not import its tests.', { path: '^src/' }, { path: '^test/' }),
    rule(
      'no-dev-packages',
      'What the product imports is installed with it, or a peer.',
      { path: '^src/', pathNot: '^src/testing/|[.]spec[.]ts$' },
      { dependencyTypes: ['npm-dev'], dependencyTypesNot: ['type-only', 'npm-peer'] },
    ),
    rule('no-circles', 'Two files that need each other are one, or need a third.', {}, { circular: true }),
    rule('no-unresolved', 'Every import leads somewhere.', {}, { couldNotResolve: true }),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    // They import 'latchkey', which is a package only where their suites install it.
    exclude: { path: '^test/consumers/[^/]+/' },
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['node', 'require', 'default', 'types'],
    },
    // Types count as well: they tie two folders together just as much.
    tsPreCompilationDeps: true,
  },
};
