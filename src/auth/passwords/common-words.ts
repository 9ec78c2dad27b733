import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalForm } from '../../http/text/normal-form';
import { PACKAGE_ROOT } from '../../options/package-root';

/** In the order of their code units. */
let words: string | undefined;

/** Without case and accents: `Contraseña` is found as `contrasena`, as keyboards without an ñ have it. */
export function foldedWord(text: string): string {
  const decomposed = normalForm(normalForm(text, 'NFKC').toLowerCase(), 'NFD');
  return normalForm(decomposed.replace(/[\u0300-\u036f]/g, ''), 'NFC');
}

/**
 * Whether the words that passwords are made of hold this one, in whatever case. Their file is read at the first call,
 * in 2 ms, and searched as the one text that it is: as a set it would take 20 ms and five times the memory.
 */
export function isCommonWord(text: string): boolean {
  words ??= readFileSync(join(PACKAGE_ROOT, 'words/common.txt'), 'utf8');
  const wanted = foldedWord(text);
  let [low, high] = [0, words.length];
  while (low < high) {
    const start = words.lastIndexOf('\n', ((low + high) >>> 1) - 1) + 1;
    const end = words.indexOf('\n', start);
    const word = words.slice(start, end);
    if (word === wanted) return true;
    if (word < wanted) low = end + 1;
    else high = start;
  }
  return false;
}
