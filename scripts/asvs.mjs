/**
 * The table of OWASP ASVS 5.0: requirement → test or page → passed or not, from the results of `npm run test:all`.
 * It fails when a test or page named there is missing or did not pass, when an applicable requirement of level 1 or 2
 * has nothing, and when docs/asvs.md says something else.
 *   npm run asvs                   reads test-results/, which `npm run test:all` writes
 *   npm run asvs -- other.json     reads what `jest --json --outputFile=other.json` has written
 *   npm run asvs -- --write        renews docs/asvs.md and reads no results
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';

const DATA = 'test/asvs';
const PAGE = 'docs/asvs.md';
const RESULTS = 'test-results';
const MARK = '<!-- What follows is written by `npm run asvs -- --write`. -->\n';
/** How much of each level has to be shown. */
const SHARES = { 1: 1, 2: 1, 3: 0.85 };

const root = process.cwd();
const { values: options, positionals } = parseArgs({
  options: { write: { type: 'boolean' } },
  allowPositionals: true,
});

const applicable = await load('applicable.mjs');
const levelOf = new Map(Object.entries(applicable).flatMap(([level, ids]) => ids.map((id) => [id, level])));
const files = readdirSync(join(root, DATA)).filter((name) => /^\d\d-.+\.mjs$/.test(name));
const chapters = await Promise.all(
  files.sort().map(async (file) => ({ number: Number(file.slice(0, 2)), file, entries: await load(file) })),
);

if (options.write) writeFileSync(join(root, PAGE), page());
else check((positionals.length > 0 ? positionals : resultFiles()).flatMap(suitesOf));

async function load(name) {
  return (await import(pathToFileURL(join(root, DATA, name)))).default;
}

function read(path) {
  return readFileSync(join(root, path), 'utf8');
}

function check(suites) {
  const faults = chapters.flatMap(misplaced);
  const shown = new Set();
  for (const { id, claim, tests = [], pages = [] } of chapters.flatMap(({ entries }) => entries)) {
    const proofs = [
      ...tests.map((where) => ({ where, result: resultOfTest(where, suites) })),
      ...pages.map((where) => ({ where, result: resultOfPage(where) })),
    ];
    const missing = proofs.filter(({ result }) => result !== 'passed');
    if (proofs.length > 0 && missing.length === 0) shown.add(id);
    faults.push(...missing.map(({ where, result }) => `${id}: ${result}: ${where}`));

    console.log(
      `${id.padEnd(8)} ${shown.has(id) ? 'passed    ' : 'NOT PASSED'}  level ${levelOf.get(id)}  ${claim}`,
    );
    for (const { where, result } of proofs) console.log(`${' '.repeat(11)}${result}: ${where}`);
  }

  console.log();
  for (const [level, ids] of Object.entries(applicable)) {
    const missing = ids.filter((id) => !shown.has(id));
    const share = (ids.length - missing.length) / ids.length;
    if (share < SHARES[level]) faults.push(`level ${level} lacks ${missing.join(', ')}`);
    const count = `${ids.length - missing.length} of ${ids.length}`;
    console.log(`Level ${level}: ${count} applicable requirements passed (${Math.floor(share * 100)} %)`);
  }
  if (page() !== read(PAGE)) faults.push(`${PAGE} is out of date, renew it with "npm run asvs -- --write"`);

  for (const fault of faults) console.error(`FAILED: ${fault}`);
  if (faults.length > 0) process.exitCode = 1;
}

function resultFiles() {
  const folder = join(root, RESULTS);
  const paths = existsSync(folder) ? readdirSync(folder).map((name) => join(folder, name)) : [];
  if (paths.length > 0) return paths;
  console.error(`${RESULTS}/ is empty: run "npm run test:all" first, or name the results of another run.`);
  process.exit(1);
}

/** One for each project that ran a file. */
function suitesOf(path) {
  return JSON.parse(readFileSync(path, 'utf8')).testResults.map(({ name, status, assertionResults }) => ({
    file: relative(root, name),
    broken: status === 'failed' && assertionResults.length === 0,
    tests: assertionResults,
  }));
}

/** `where` is a file and a part of the full name of one or more tests, which all have to pass in all projects. */
function resultOfTest(where, suites) {
  const [, file, part] = /^(\S+): (.+)$/.exec(where) ?? [];
  const ran = suites.filter((suite) => suite.file === file);
  const found = ran.flatMap(({ tests }) => tests).filter(({ fullName }) => fullName.includes(part));
  if (ran.some(({ broken }) => broken)) return 'failed';
  if (found.length === 0) return 'no such test';
  return found.find(({ status }) => status !== 'passed')?.status ?? 'passed';
}

/** `where` is a page and a heading of it, spelled as GitHub spells it in addresses. */
function resultOfPage(where) {
  const [path, anchor] = where.split('#');
  if (!existsSync(join(root, path))) return 'no such page';
  const headings = read(path).match(/^#+ .+$/gm) ?? [];
  return headings.map(anchorOf).includes(anchor) ? 'passed' : 'no such heading';
}

function anchorOf(heading) {
  const text = heading.replace(/^#+ /, '').trim().toLowerCase();
  return text.replace(/[^\p{L}\p{M}\p{N}_ -]/gu, '').replaceAll(' ', '-');
}

function misplaced({ number, file, entries }) {
  const ids = entries.map(({ id }) => id);
  return entries.flatMap(({ id, claim, tests = [], pages = [], ...rest }, index) => [
    ...(levelOf.has(id) ? [] : [`${id} of ${file} is not in ${DATA}/applicable.mjs`]),
    ...(id.startsWith(`${number}.`) ? [] : [`${id} does not belong in ${file}`]),
    ...(ids.indexOf(id) === index ? [] : [`${id} is twice in ${file}`]),
    ...(claim && tests.length + pages.length > 0 ? [] : [`${id} claims or shows nothing`]),
    ...Object.keys(rest).map((field) => `${id} has a field ${field} that nobody reads`),
  ]);
}

/** The page as it should be: what people wrote above the mark, and the table below. */
function page() {
  const [introduction] = read(PAGE).split(MARK);
  return `${introduction}${MARK}${chapters.map(chapterAsMarkdown).join('')}`;
}

function chapterAsMarkdown({ number, file, entries }) {
  const title = file.slice('00-'.length, -'.mjs'.length).replaceAll('-', ' ');
  const rows = entries.map(({ id, claim, tests = [], pages = [] }) => {
    const proofs = [
      ...tests.map((test) => `\`${test}\``),
      ...pages.map((where) => `[${where}](../${where})`),
    ];
    return `| ${id} | ${levelOf.get(id)} | ${claim} | ${proofs.join('<br>')} |`;
  });
  return `
## V${number}: ${title}

| Requirement | Level | Claim | Shown by |
| --- | --- | --- | --- |
${rows.join('\n')}
`;
}
