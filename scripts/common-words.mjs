/**
 * Writes words/common.txt anew, after
 * `npm install --no-save @zxcvbn-ts/language-{en@4.1.1,es-es@4.1.2,fr@4.1.2,pt-br@4.1.1,id@4.1.1,de@3.0.2,it@3.0.2,pl@3.0.2,cs@3.0.1,ja@3.0.2,ar@3.1.0}`:
 * the common words and first names of these languages, the words in zxcvbn's common passwords, and words/own.txt.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const { foldedWord } = createRequire(import.meta.url)(join(root, 'dist/auth/passwords/common-words.js'));

const COMMON_WORDS = 8_000;
const FIRST_NAMES = 1_000;
const LANGUAGES = ['en', 'es-es', 'fr', 'pt-br', 'id', 'de', 'it', 'pl', 'cs', 'ja', 'ar'];
const LISTS = [
  ['commonWords', COMMON_WORDS],
  ...['firstnames', 'names', 'femaleFirstnames', 'maleFirstnames'].map((name) => [name, FIRST_NAMES]),
];

function* wordsOf(language) {
  for (const [list, length] of LISTS) {
    const path = join(root, `node_modules/@zxcvbn-ts/language-${language}/src/${list}.json`);
    if (existsSync(path)) yield* JSON.parse(readFileSync(path, 'utf8')).slice(0, length);
  }
}

const { dictionary } = createRequire(import.meta.url)('@zxcvbn-ts/language-common');
const own = readFileSync(join(root, 'words/own.txt'), 'utf8')
  .split('\n')
  .filter((line) => !line.startsWith('#'))
  .flatMap((line) => line.split(' ').slice(1));

const words = [...LANGUAGES.flatMap((language) => [...wordsOf(language)]), ...own];
const ofPasswords = dictionary['passwords-common'].flatMap((password) => password.match(/\p{L}{4,}/gu) ?? []);
const folded = new Set(
  [...words, ...ofPasswords].map(foldedWord).filter((word) => /^[\p{L}\p{M}]{3,}$/u.test(word)),
);
writeFileSync(join(root, 'words/common.txt'), `${[...folded].sort().join('\n')}\n`);
