/**
 * `npm run asvs` looks up in test-results/ what test/asvs/ claims. It fails when a test, lint rule or page is missing,
 * when a test did not pass, and when too few requirements are shown. `npm run asvs -- --write` updates docs/asvs.md.
 */
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { relative, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';

const PAGE = 'docs/asvs.md';
const MARK = '<!-- What follows is written by `npm run asvs -- --write`. -->\n';
const HEAD = '| Requirement | Level | Claim | Shown by |\n| --- | --- | --- | --- |\n';
/** The share of each level that has to be shown. */
const SHARES = { 1: 1, 2: 1, 3: 0.85 };

const load = async (path) => (await import(pathToFileURL(resolve(path)))).default;
const names = (folder) => (existsSync(folder) ? readdirSync(folder).sort() : []);
const filesOf = (folder) => names(folder).map((name) => `${folder}/${name}`);

const levels = await load('test/asvs/applicable.mjs');
const levelOf = (id) => Object.keys(levels).find((level) => levels[level].includes(id));
const chapters = filesOf('test/asvs').filter((path) => /\/\d\d-.+\.mjs$/.test(path));
const tables = await Promise.all(chapters.map(load));
const suites = filesOf('test-results').flatMap((path) => JSON.parse(readFileSync(path)).testResults);
const [introduction] = readFileSync(PAGE, 'utf8').split(MARK);
const page = introduction + MARK + tables.map(asMarkdown).join('');

function asMarkdown(claims, index) {
  const [number, ...title] = chapters[index].slice('test/asvs/'.length, -'.mjs'.length).split('-');
  const rows = claims.map(({ id, claim, tests = [], rules = [], pages = [] }) => {
    const checks = [...tests, ...rules.map((rule) => `npm run lint: ${rule}`)].map((check) => `\`${check}\``);
    const links = pages.map((where) => `[${where}](../${where})`);
    return `| ${id} | ${levelOf(id)} | ${claim} | ${[...checks, ...links].join('<br>')} |\n`;
  });
  return `\n## V${Number(number)}: ${title.join(' ')}\n\n${HEAD}${rows.join('')}`;
}

/** @param where a file and a part of the full name of tests, which all have to pass in all projects. */
function testFault(where) {
  const [, file, part] = /^(\S+): (.+)$/.exec(where);
  const ran = suites.filter(({ name }) => relative('', name) === file);
  if (ran.some((suite) => suite.status === 'failed' && suite.assertionResults.length === 0)) return 'failed';
  const tests = ran.flatMap((suite) => suite.assertionResults.filter((test) => test.fullName.includes(part)));
  return tests.length === 0 ? 'no such test' : tests.find(({ status }) => status !== 'passed')?.status;
}

/** @param where a page and a heading of it, spelled as GitHub spells it in addresses. */
function pageFault(where) {
  const [path, anchor] = where.split('#');
  const lines = existsSync(path) ? readFileSync(path, 'utf8').toLowerCase().split('\n') : [];
  const slug = (line) => line.replace(/^#+ |[^\p{L}\p{M}\p{N}_ -]/gu, '').replaceAll(' ', '-');
  return lines.some((line) => line.startsWith('#') && slug(line) === anchor) ? undefined : 'no such heading';
}

async function faults() {
  const { forbidden, required = [] } = await load('.dependency-cruiser.cjs');
  const linted = (await load('eslint.config.mjs')).flatMap((config) => Object.keys(config.rules ?? {}));
  const known = [...linted, ...[...forbidden, ...required].map(({ name }) => name)];
  const shown = new Set();
  const found = tables.flat().flatMap(({ id, tests = [], rules = [], pages = [] }) => {
    const checks = [
      ...tests.map((where) => [where, testFault(where)]),
      ...rules.map((where) => [where, known.includes(where) ? undefined : 'no such rule']),
      ...pages.map((where) => [where, pageFault(where)]),
      ['its level', levelOf(id) ? undefined : 'not applicable'],
    ];
    const missing = checks.filter(([, fault]) => fault);
    if (missing.length === 0 && checks.length > 1) shown.add(id);
    return missing.map(([where, fault]) => `${id}: ${fault}: ${where}`);
  });
  for (const [level, ids] of Object.entries(levels)) {
    const missing = ids.filter((id) => !shown.has(id));
    const share = 1 - missing.length / ids.length;
    const percent = Math.floor(share * 100);
    console.log(`Level ${level}: ${ids.length - missing.length} of ${ids.length} shown (${percent} %)`);
    if (share < SHARES[level]) found.push(`level ${level} lacks ${missing.join(', ')}`);
  }
  if (page !== readFileSync(PAGE, 'utf8')) found.push(`${PAGE} is out of date: npm run asvs -- --write`);
  return found;
}

const untested = ['no results: run test:all and test:nightly first'];
if (process.argv.includes('--write')) writeFileSync(PAGE, page);
else
  for (const fault of suites.length > 0 ? await faults() : untested) {
    console.error(`FAILED: ${fault}`);
    process.exitCode = 1;
  }
