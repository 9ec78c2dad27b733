/**
 * Latchkey beside its peers: requests a second and CPU of a request, mixed loads, log-ins, growth, memory, the session cache,
 * start. See README.md.
 *
 *   npm run bench -- [--only pages,lists,mixed,changes,logins,growth,memory,cached-session,start] [--targets REGEX]
 *                    [--rounds 5] [--seconds 3] [--mix page=60,json=20,...] [--sessions 200000] [--node PATH]
 *                    [--ablate] [--profile] [--write]
 */
import { execFileSync } from 'node:child_process';
import { chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { wrk } from './drive.mjs';
import { ablation } from './measures/ablation.mjs';
import { cachedSession } from './measures/cached-session.mjs';
import { check } from './measures/check.mjs';
import { growth } from './measures/growth.mjs';
import { lists } from './measures/lists.mjs';
import { logins } from './measures/logins.mjs';
import { memory } from './measures/memory.mjs';
import { changes, mixed } from './measures/mixed.mjs';
import { pages } from './measures/pages.mjs';
import { startUp } from './measures/start-up.mjs';
import { killAll, stopAll } from './processes.mjs';
import { profile } from './profile.mjs';
import { describeCommit, report, writeResults } from './report.mjs';
import { Samples } from './samples.mjs';
import { startServices } from './services.mjs';
import { findTargets, isLatchkey } from './targets.mjs';

const MEASURES = {
  pages,
  lists,
  mixed,
  changes,
  logins,
  growth,
  memory,
  'cached-session': cachedSession,
  start: startUp,
};

const { values: given } = parseArgs({
  options: {
    only: { type: 'string', default: Object.keys(MEASURES).join() },
    targets: { type: 'string', default: '^(latchkey.*|naive-nest|express|fastify|nest-fastify|minimum)/' },
    rounds: { type: 'string', default: '5' },
    seconds: { type: 'string', default: '3' },
    mix: { type: 'string', default: 'page=60,json=20,list=10,post=8,relogin=1,signup=1' },
    sessions: { type: 'string', default: '200000' },
    node: { type: 'string', default: process.execPath },
    ablate: { type: 'boolean', default: false },
    profile: { type: 'boolean', default: false },
    write: { type: 'boolean', default: false },
  },
});
const numbers = ['rounds', 'seconds', 'sessions'].map((name) => [name, Number(given[name])]);
const options = { ...given, ...Object.fromEntries(numbers) };
const measures = options.only.split(',');
const unknown = measures.filter((name) => !MEASURES[name]);
const refusal =
  wrk.missing ??
  (unknown.length > 0 ? `--only takes ${Object.keys(MEASURES).join()}, not ${unknown.join()}` : undefined);
if (refusal) {
  console.error(refusal);
  process.exit(1);
}

const say = (text) => console.error(`${new Date().toISOString().slice(11, 19)} ${text}`);
const commit = describeCommit();
const nodeVersion = execFileSync(options.node, ['-p', 'process.versions.node'], { encoding: 'utf8' }).trim();
const found = await findTargets(options.ablate ? '^latchkey/.*/1p$' : options.targets, options.node);
const targets = [];
const folder = mkdtempSync(join(tmpdir(), 'latchkey-bench-'));
chmodSync(folder, 0o700);
const services = await startServices();
const samples = new Samples(say);
const context = { services, folder, targets, options, say, note: samples.note };

// Also after a failure, and after a signal, which the services turn into an exit.
process.once('exit', () => {
  console.log(report(samples, targets, nodeVersion));
  killAll();
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 }); // who has just been killed may still be writing
});

/** A peer that does not is left out. Of Latchkey nothing is measured then. */
async function protectsItsPage(target) {
  try {
    say(`${target.name} protects its page of ${await check(target, context)} bytes`);
    return true;
  } catch (error) {
    if (isLatchkey(target)) throw error;
    say(`LEFT OUT: ${error.message}`);
    return false;
  }
}

try {
  for (const target of found) if (await protectsItsPage(target)) targets.push(target);
  if (options.profile) await profile(context);
  else if (options.ablate) await ablation(context);
  else for (const name of measures) await MEASURES[name](context);
} finally {
  await stopAll();
  await services.stop();
}
if (options.write) writeResults(report(samples, targets, nodeVersion), commit, nodeVersion, options);
