/**
 * Writes src/http/text/confusables.ts anew: UTS 39's confusables.txt as the ICU inside this Node carries it
 * (confusables.cfu, see icu4c/source/i18n/uspoof_conf.h). Run it on the Node with the newest `process.versions.unicode`;
 * a changed file needs a migration that fills `username_skeletons` anew.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const MAGIC = Buffer.from([0xef, 0xfd, 0x45, 0x38]);
const WIDTH = 110;

const binary = readFileSync(process.execPath);
const start = binary.indexOf(MAGIC);
if (start < 0 || binary[start + 4] !== 2)
  throw new Error('This Node carries no confusables.cfu of version 2');
const [keys, count, values, , strings] = [0, 1, 2, 3, 4].map((field) =>
  binary.readInt32LE(start + 12 + 4 * field),
);

function* entries() {
  for (let index = 0; index < count; index += 1) {
    const key = binary.readUInt32LE(start + keys + 4 * index);
    const value = binary.readUInt16LE(start + values + 2 * index);
    const length = (key >>> 24) + 1;
    const from = start + strings + 2 * value;
    const prototype =
      length === 1 ? String.fromCharCode(value) : binary.toString('utf16le', from, from + 2 * length);
    yield [String.fromCodePoint(key & 0xffffff), prototype];
  }
}

/** Whether a name in NFKC may contain it, composed or decomposed. */
const standsInNames = (character) =>
  /^[\p{L}\p{M}\p{Nd}._-]$/u.test(character) &&
  !/\p{Default_Ignorable_Code_Point}/u.test(character) &&
  character.normalize('NFKC').normalize('NFD') === character.normalize('NFD');

const byPrototype = new Map();
for (const [character, prototype] of entries()) {
  if (standsInNames(character)) byPrototype.set(prototype, (byPrototype.get(prototype) ?? '') + character);
}

const escaped = (text) =>
  text.replace(/[^!-[\]-_a-~]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`);
const lines = [''];
for (const [prototype, characters] of byPrototype) {
  const group = `${escaped(prototype)} ${escaped(characters)}`;
  if (lines.at(-1) !== '' && lines.at(-1).length + group.length >= WIDTH) lines.push('');
  lines.push(`${lines.pop()} ${group}`.trimStart());
}

writeFileSync(
  join(import.meta.dirname, '../src/http/text/confusables.ts'),
  `/**
 * Made by scripts/confusables.mjs of the security data of Unicode ${process.versions.unicode} (UTS 39, confusables.txt), for characters that
 * stand in names: a prototype, then all that look like it. © 1991-present Unicode, Inc., Unicode License v3:
 * https://www.unicode.org/license.txt
 */
export const CONFUSABLES = \`
${lines.join('\n')}
\`;
`,
);
