import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const SCRIPT = resolve(__dirname, '../../scripts/asvs.mjs');
const TEST = 'test/shop/open.e2e-spec.ts';
const OPEN = { fullName: 'A shop opens at nine', status: 'passed' };
const SHUT = { fullName: 'A shop shuts at five', status: 'passed' };
const HOURS = { id: '6.1.1', claim: 'The hours are output.', pages: ['docs/shop.md#opening-hours--days'] };
const NINE = { id: '6.2.1', claim: 'It opens at nine.', tests: [`${TEST}: opens at nine`] };

describe('The table of ASVS', () => {
  let project: string;

  beforeEach(() => {
    project = mkdtempSync(join(tmpdir(), 'latchkey-asvs-'));
    for (const folder of ['test/asvs', 'docs']) mkdirSync(join(project, folder), { recursive: true });
    write('test/asvs/applicable.mjs', module({ 1: ['6.1.1'], 2: ['6.2.1'], 3: ['6.3.1'] }));
    write('docs/shop.md', '# The shop\n\n## Opening hours & days\n');
    write('docs/asvs.md', '# The shop against ASVS\n');
  });

  afterEach(() => rmSync(project, { recursive: true }));

  const write = (path: string, text: string) => writeFileSync(join(project, path), text);
  const module = (value: unknown) => `export default ${JSON.stringify(value)};`;
  const run = (...options: string[]) => {
    const { status, stdout, stderr } = spawnSync(process.execPath, [SCRIPT, ...options], {
      cwd: project,
      encoding: 'utf8',
    });
    return { status, output: stdout + stderr };
  };

  /** The table of these entries, with a page that is up to date, after a run of these suites. */
  function table(entries: object[], ...suites: object[][]) {
    write('test/asvs/06-shops.mjs', module(entries));
    const results = suites.map((tests) => ({
      name: join(project, TEST),
      status: tests.length ? 'passed' : 'failed',
      assertionResults: tests,
    }));
    write('results.json', JSON.stringify({ testResults: results }));
    run('--write');
    return run('results.json');
  }

  const claims = [
    HOURS,
    NINE,
    { id: '6.3.1', claim: 'It shuts, and says so.', tests: [`${TEST}: A shop shuts`], pages: HOURS.pages },
  ];

  it('lists the proofs of each requirement, and passes if all of them passed', () => {
    const { status, output } = table(claims, [OPEN, SHUT], [OPEN, SHUT]);

    expect(output).toContain(
      `6.2.1    passed      level 2  It opens at nine.\n           passed: ${TEST}: opens at nine`,
    );
    expect(output).toContain('Level 2: 1 of 1 applicable requirements passed (100 %)');
    expect(output).not.toContain('FAILED');
    expect(status).toBe(0);
  });

  it.each([
    ['a test failed', [[OPEN, { ...SHUT, status: 'failed' }]], `6.3.1: failed: ${TEST}: A shop shuts`],
    [
      'a test failed in one of two projects',
      [
        [OPEN, SHUT],
        [{ ...OPEN, status: 'failed' }, SHUT],
      ],
      '6.2.1: failed',
    ],
    ['a test was skipped', [[{ ...OPEN, status: 'pending' }, SHUT]], '6.2.1: pending'],
    ['there is no such test', [[OPEN]], `6.3.1: no such test: ${TEST}: A shop shuts`],
    ['its suite broke in one of two projects', [[OPEN, SHUT], []], '6.2.1: failed'],
    ['its suite was not run', [], '6.2.1: no such test'],
  ])('fails when %s', (_, suites, fault) => {
    const { status, output } = table(claims, ...suites);

    expect(output).toContain(`FAILED: ${fault}`);
    expect(status).toBe(1);
  });

  it.each([
    [
      'a page lacks the heading',
      [{ ...HOURS, pages: ['docs/shop.md#prices'] }, NINE],
      'no such heading: docs/shop.md#prices',
    ],
    [
      'a page is named without a heading',
      [{ ...HOURS, pages: ['docs/shop.md'] }, NINE],
      'no such heading: docs/shop.md',
    ],
    [
      'there is no such page',
      [{ ...HOURS, pages: ['docs/prices.md#all'] }, NINE],
      'no such page: docs/prices.md#all',
    ],
    ['a requirement of level 1 has nothing', [NINE], 'level 1 lacks 6.1.1'],
    ['a requirement of level 2 has nothing', [HOURS], 'level 2 lacks 6.2.1'],
    ['level 3 falls short', [HOURS, NINE], 'level 3 lacks 6.3.1'],
    ['a claim is shown by nothing', [...claims, { ...HOURS, pages: [] }], '6.1.1 claims or shows nothing'],
    ['a requirement is unknown', [...claims, { ...NINE, id: '6.9.9' }], '6.9.9 of 06-shops.mjs is not in'],
    ['a requirement is there twice', [...claims, NINE], '6.2.1 is twice in 06-shops.mjs'],
    [
      'a requirement is in another chapter',
      [...claims, { ...NINE, id: '7.1.1' }],
      '7.1.1 does not belong in',
    ],
    ['a field is misspelled', [...claims.slice(1), { ...HOURS, test: [] }], '6.1.1 has a field test'],
  ])('fails when %s', (_, entries, fault) => {
    const { status, output } = table(entries, [OPEN, SHUT]);

    expect(output).toContain(`FAILED: `);
    expect(output).toContain(fault);
    expect(status).toBe(1);
  });

  it('is written to docs/asvs.md, below the introduction, and fails if that page is out of date', () => {
    table(claims, [OPEN, SHUT]);
    const page = readFileSync(join(project, 'docs/asvs.md'), 'utf8');
    expect(page).toMatch(/^# The shop against ASVS\n/);
    expect(page).toContain(`| 6.2.1 | 2 | It opens at nine. | \`${TEST}: opens at nine\` |`);

    write('docs/asvs.md', page.replace('It opens at nine.', 'It opens at eight.'));
    const { status, output } = run('results.json');
    expect(output).toContain('docs/asvs.md is out of date');
    expect(status).toBe(1);

    run('--write');
    expect(readFileSync(join(project, 'docs/asvs.md'), 'utf8')).toBe(page);
  });

  it('asks for a run of the tests when there was none', () => {
    const { status, output } = run();

    expect(output).toContain('run "npm run test:all" first');
    expect(status).toBe(1);
  });
});
