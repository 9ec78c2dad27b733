/** The specs beside the mutated files: each mutant is judged in seconds, where the whole application would take a minute. */
module.exports = {
  rootDir: require('node:path').resolve(__dirname, '../..'),
  testMatch: ['<rootDir>/src/{auth,http,access}/**/*.spec.ts'],
  testEnvironment: 'node',
  transform: { '\\.ts$': '<rootDir>/test/support/transpile.cjs' },
  globals: { LATCHKEY_DATABASE: 'sqlite' },
};
