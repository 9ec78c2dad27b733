/** Writes the table and the picture of layers.cjs into CONTRIBUTING.md; with --check, fails where they differ. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import layers from '../layers.cjs';

const page = join(import.meta.dirname, '../CONTRIBUTING.md');
const [BEGIN, END] = ['<!-- layers -->', '<!-- /layers -->'];

const rows = layers.map(({ folders, holds }, index) => [
  index + 1,
  folders.map((name) => `\`${name}\``).join(', '),
  holds,
]);
const table = [
  '| Layer | Folders of src/ | What they hold |',
  '| --- | --- | --- |',
  ...rows.toReversed().map((row) => `| ${row.join(' | ')} |`),
];
const nodes = layers.map(
  ({ folders }, index) => `  L${index + 1}["${index + 1} · ${folders.join('<br/>')}"]`,
);
const arrows = layers.slice(1).map((_, index) => `  L${index + 2} --> L${index + 1}`);
const picture = ['```mermaid', 'flowchart TB', ...nodes.toReversed(), ...arrows.toReversed(), '```'];
const made = [BEGIN, '', ...table, '', ...picture, '', END].join('\n');

const text = readFileSync(page, 'utf8');
const [from, to] = [text.indexOf(BEGIN), text.indexOf(END) + END.length];
const written = text.slice(from, to);
/** Prettier aligns the cells. */
const bare = (markdown) => markdown.replace(/[ -]+/g, '');

if (!process.argv.includes('--check')) writeFileSync(page, text.slice(0, from) + made + text.slice(to));
else if (bare(written) !== bare(made)) {
  console.error('CONTRIBUTING.md differs from layers.cjs: run npm run layers:write');
  process.exitCode = 1;
}
