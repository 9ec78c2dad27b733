/** The specs beside the mutated files: each mutant is judged in seconds, where the whole application would take a minute. */
module.exports = {
  rootDir: require('node:path').resolve(__dirname, '../..'),
  testMatch: [
    `<rootDir>/src/${process.env.NIGHTLY === 'short' ? 'http/local-path' : '{auth,http,access}/**/*'}.spec.ts`,
  ],
  // What counts mutants takes time of its own.
  testNamePattern: '^(?!.* is judged within 30 ms)',
  testEnvironment: 'node',
  transform: { '\\.ts$': '<rootDir>/test/support/transpile.cjs' },
  globals: { LATCHKEY_DATABASE: 'sqlite' },
};
