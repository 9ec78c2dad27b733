const { mkdirSync, writeFileSync } = require('node:fs');
const { join } = require('node:path');

const FOLDER = join(__dirname, '../../test-results');
/** `npm test`, `npm run test:services` and `npm run test:nightly` each write a file of their own. */
const SCRIPT = process.env.npm_lifecycle_event ?? '';

/**
 * Writes the results of a run to test-results/, in the format of `jest --json`, for `npm run asvs` and .ci/run.
 * It is a reporter, because Jest accepts --outputFile only once and the caller of `npm test` may need it.
 */
module.exports = class ResultsReporter {
  onRunComplete(_contexts, run) {
    if (!SCRIPT.startsWith('test')) return;
    const { numTotalTests, numPassedTests, numFailedTests, numPendingTests, numTodoTests } = run;
    const results = {
      numTotalTests,
      numPassedTests,
      numFailedTests,
      numPendingTests,
      numTodoTests,
      numRuntimeErrorTestSuites: run.numRuntimeErrorTestSuites,
      testResults: run.testResults.map((suite) => ({
        name: suite.testFilePath,
        project: suite.displayName?.name,
        seconds: suite.perfStats.runtime / 1_000,
        status: suite.testExecError || suite.numFailingTests > 0 ? 'failed' : 'passed',
        assertionResults: suite.testResults.map(({ fullName, status }) => ({ fullName, status })),
      })),
    };
    mkdirSync(FOLDER, { recursive: true });
    writeFileSync(join(FOLDER, `${SCRIPT.replaceAll(':', '-')}.json`), JSON.stringify(results));
  }
};
