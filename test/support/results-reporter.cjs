const { writeFileSync } = require('node:fs');
const { join } = require('node:path');

/**
 * Keeps what a run found in test-results.json, in the form of `jest --json`, for `npm run asvs` and .ci/run.
 * `npm test` names it, because jest does not take --outputFile twice, and whoever calls `npm test` may want one as well.
 */
module.exports = class ResultsReporter {
  onRunComplete(_contexts, run) {
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
        status: suite.testExecError || suite.numFailingTests > 0 ? 'failed' : 'passed',
        assertionResults: suite.testResults.map(({ fullName, status }) => ({ fullName, status })),
      })),
    };
    writeFileSync(join(__dirname, '../../test-results.json'), JSON.stringify(results));
  }
};
