import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { normalForm } from '../../http/text/normal-form';
import { PACKAGE_ROOT } from '../../options/package-root';

/** One word per line, sorted by code units. */
let words: string | undefined;

/** Removes case and accents: `Contraseña` becomes `contrasena`, as typed on keyboards without ñ. */
export function foldedWord(text: string): string {
  const decomposed = normalForm(normalForm(text, 'NFKC').toLowerCase(), 'NFD');
  return normalForm(decomposed.replace(/[\u0300-\u036f]/g, ''), 'NFC');
}

/**
 * Whether the word list contains this word, ignoring case and accents. Binary search in the file's text,
 * which loads in 2 ms at the first call; a Set would take 20 ms and five times the memory.
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
