const isShort = process.env.NIGHTLY === 'short';

/**
 * `npm run mutation`: changes the code on which security stands, one spot at a time, and looks whether a test notices.
 * NIGHTLY=short changes one small file.
 * @type {import('@stryker-mutator/core').PartialStrykerOptions}
 */
export default {
  mutate: [
    ...(isShort
      ? ['src/http/local-path.ts']
      : ['src/auth/passwords/*.ts', 'src/auth/tokens/*.ts', 'src/http/local-path.ts', 'src/access/**/*.ts']),
    '!src/**/*.{spec,module}.ts',
    // In processes of their own, where the changes do not reach: test/auth/hashing-child.e2e-spec.ts looks at them.
    '!src/auth/passwords/{hashing-child,hashing-child-main}.ts',
  ],
  testRunner: 'jest',
  jest: { projectType: 'custom', configFile: 'test/mutation/jest.config.cjs', enableFindRelatedTests: false },
  coverageAnalysis: 'perTest',
  concurrency: 2,
  timeoutMS: 20_000,
  reporters: ['clear-text', 'progress-append-only', 'json'],
  jsonReporter: { fileName: 'coverage/mutation.json' },
  clearTextReporter: { allowColor: false, logTests: false, reportTests: false },
  tempDirName: '.stryker-tmp',
  thresholds: { high: 95, low: 90, break: 90 },
};
