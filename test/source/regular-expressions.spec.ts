import { analyse } from 'scslre';
import ts from 'typescript';
import { filesOf, findings, type SourceFile } from './source';

const files = [...filesOf('src', '.ts'), ...filesOf('public', '.js')];

/** Every literal of a file, as `path: /source/flags`. */
function literalsOf({ path, text }: SourceFile) {
  const found: { where: string; source: string; flags: string }[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isRegularExpressionLiteral(node)) {
      const end = node.text.lastIndexOf('/');
      found.push({
        where: `${path}: ${node.text}`,
        source: node.text.slice(1, end),
        flags: node.text.slice(end + 1),
      });
    }
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile(path, text, ts.ScriptTarget.Latest));
  return found;
}

const isSlow = ({ source, flags }: { source: string; flags: string }) =>
  analyse({ source, flags }).reports.length > 0;

describe('A regular expression of the source', () => {
  it('takes a time in proportion to the text, whatever that is', () => {
    const literals = files.flatMap(literalsOf);
    expect(literals.length).toBeGreaterThan(30);
    expect(literals.filter(isSlow).map(({ where }) => where)).toEqual([]);
  });

  it('would be found if it took longer', () => {
    const slow = { path: '', text: String.raw`/^(a+)+$/; /^(?:\s|a)*\s*$/; /a*b?a*$/` };
    expect(literalsOf(slow).filter(isSlow)).toHaveLength(3);
  });

  it('is written out; the one that is put together is made of our own words', () => {
    const pattern = /RegExp\([^;]*/;
    expect(findings([{ path: '', text: 'new RegExp(name)' }], pattern)).toHaveLength(1);
    const composed = findings(files, pattern);
    expect(composed.map((line) => line.split(':')[0])).toEqual(Array(2).fill('src/users/scripts.ts'));
    expect(composed.join('\n').match(/\$\{[^}]*/g)).toEqual([
      "${scripts.map(charactersOf).join('|')",
      ...Array<string>(4).fill('${ACCENTS'),
    ]);
  });
});

describe('Normalisation', () => {
  it('takes texts of bounded length alone: it is called in one place, which refuses others', () => {
    const pattern = /\.normalize\([^)]*/;
    expect(findings([{ path: '', text: "text.normalize('NFC')" }], pattern)).toHaveLength(1);
    const server = filesOf('src', '.ts');
    expect(findings(server, pattern)).toEqual(['src/http/text/normal-form.ts: .normalize(form']);
  });
});
