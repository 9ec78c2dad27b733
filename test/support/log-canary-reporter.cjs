const { mkdtempSync, readFileSync, rmSync } = require('node:fs');
const { tmpdir } = require('node:os');
const { join } = require('node:path');
const { searchLogs } = require('./log-canary.cjs');

const SHOWN = 20;

/** Fails a run that logged a secret, even if its tests passed, and one that recorded no log lines or no secrets. */
module.exports = class LogCanaryReporter {
  onRunStart() {
    this.folder = mkdtempSync(join(tmpdir(), 'latchkey-logs-'));
    // Read by test/support/canaries.ts; the workers start later and inherit it.
    process.env.TEST_LOGS = this.folder;
  }

  onRunComplete(_contexts, run) {
    const { secrets, lines, leaks } = searchLogs(this.folder);
    rmSync(this.folder, { recursive: true, force: true });
    const searched = `log canary: ${secrets} secrets looked for in ${lines} lines`;
    const isBlind = (secrets === 0 || lines === 0) && run.testResults.some(startedAnApplication);
    if (leaks.length > 0) this.fail(`${searched}: ${leaks.length} lines hold one`, leaks);
    else if (isBlind) this.fail(`${searched}, although applications ran: it would find nothing`);
    else process.stderr.write(`${searched}: none found\n`);
  }

  /** Makes Jest exit with 1. */
  getLastError() {
    return this.error;
  }

  fail(message, leaks = []) {
    const shown = leaks.slice(0, SHOWN).map(({ what, line }) => `  ${what}: ${line}\n`);
    process.stderr.write(`${message}\n${shown.join('')}`);
    this.error = new Error(message);
  }
};

function startedAnApplication({ numPassingTests, testFilePath }) {
  return numPassingTests > 0 && readFileSync(testFilePath, 'utf8').includes('TestApp.start');
}
