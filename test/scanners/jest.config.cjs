const { findHydra, findSqlmap, findWapiti } = require('../support/services.cjs');

for (const { missing } of [findSqlmap(), findWapiti(), findHydra()]) if (missing) throw new Error(missing);

/** `npm run scan`: programs that attack, from outside, against Latchkey and against an app with holes in it. */
module.exports = {
  rootDir: require('node:path').resolve(__dirname, '../..'),
  testMatch: ['<rootDir>/test/scanners/**/*.scanner-spec.ts'],
  testEnvironment: 'node',
  transform: { '\\.ts$': ['ts-jest', { diagnostics: false }] },
  globals: { LATCHKEY_DATABASE: 'sqlite' },
  maxWorkers: 1,
};
