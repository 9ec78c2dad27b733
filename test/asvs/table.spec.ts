import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';

const TEST = 'test/open.e2e-spec.ts';
const HOURS = { id: '6.1.1', claim: 'Hours are told.', pages: ['docs/shop.md#opening-hours--days'] };
const NINE = { id: '6.2.1', claim: 'It opens.', tests: [`${TEST}: at nine`], rules: ['no-noise'] };
const LATE = { ...HOURS, id: '6.3.1', rules: ['no-circles'] };
const passed = [{ fullName: 'opens at nine', status: 'passed' }];
const failed = [{ fullName: 'opens at nine', status: 'failed' }];

describe('npm run asvs', () => {
  const project = mkdtempSync(join(tmpdir(), 'latchkey-asvs-'));
  const write = (path: string, text: string) => writeFileSync(join(project, path), text);
  beforeAll(() => {
    for (const name of ['test/asvs', 'docs', 'test-results'])
      mkdirSync(join(project, name), { recursive: true });
    write('test/asvs/applicable.mjs', `export default { 1: ['6.1.1'], 2: ['6.2.1'], 3: ['6.3.1'] };`);
    write('eslint.config.mjs', `export default [{}, { rules: { 'no-noise': 'error' } }];`);
    write('.dependency-cruiser.cjs', `module.exports = { forbidden: [{ name: 'no-circles' }] };`);
    write('docs/shop.md', '# The shop\n\n## Opening hours & days\n');
    write('docs/asvs.md', '# The shop against ASVS\n');
  });
  afterAll(() => rmSync(project, { recursive: true }));

  function asvs(...options: string[]): string {
    const script = resolve(__dirname, '../../scripts/asvs.mjs');
    const { status, output } = spawnSync(process.execPath, [script, ...options], { cwd: project });
    return `${output.join('')} exit ${status}`;
  }

  /** After a run of these suites, with a page that is up to date. */
  function told(claims: object[], suites = [passed]): string {
    const name = join(project, TEST);
    const testResults = suites.map((tests) => ({ name, status: 'failed', assertionResults: tests }));
    write('test/asvs/06-shops.mjs', `export default ${JSON.stringify(claims)};`);
    write('test-results/test.json', JSON.stringify({ testResults }));
    asvs('--write');
    return asvs();
  }

  it('passes when every test has passed and every rule and page is there', () => {
    expect(told([HOURS, NINE, LATE])).toMatch(/Level 2: 1 of 1 shown \(100 %\)[^]* exit 0$/);
  });

  it.each<[fault: string, claims: object[], suites: (typeof passed)[]]>([
    ['6.2.1: failed', [NINE], [passed, failed]],
    ['6.2.1: failed', [NINE], [passed, []]],
    ['6.2.1: no such test', [{ ...NINE, tests: [`${TEST}: at ten`] }], [passed]],
    ['6.2.1: no such rule: no-smell', [{ ...NINE, rules: ['no-smell'] }], [passed]],
    ['6.1.1: no such heading', [{ ...HOURS, pages: ['docs/shop.md#prices'] }], [passed]],
    ['6.9.9: not applicable', [{ ...HOURS, id: '6.9.9' }], [passed]],
    ['level 1 lacks 6.1.1', [{ id: '6.1.1' }, NINE], [passed]],
    ['no results', [HOURS, NINE, LATE], []],
  ])('fails with: %s', (fault, claims, suites) => {
    expect(told(claims, suites)).toMatch(new RegExp(`FAILED: ${fault}[^]* exit 1$`));
  });

  it('fails when docs/asvs.md, which holds the table, is out of date', () => {
    told([HOURS, NINE, LATE]);
    const page = readFileSync(join(project, 'docs/asvs.md'), 'utf8');
    expect(page).toContain(`| 6.2.1 | 2 | It opens. | \`${TEST}: at nine\`<br>\`npm run lint: no-noise\` |`);
    write('docs/asvs.md', page.replace('It opens.', 'It shuts.'));
    expect(asvs()).toMatch(/FAILED: docs\/asvs.md is out of date[^]* exit 1$/);
  });
});
