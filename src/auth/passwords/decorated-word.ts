import { isCommonWord } from './common-words';

/** Only zxcvbn judges longer decorations. */
const LONGEST_DECORATION = 12;
const LONGEST_WORD = 24;

const LEET: Record<string, string[]> = {
  '@': ['a'],
  '4': ['a'],
  '8': ['b'],
  '(': ['c'],
  '3': ['e'],
  '6': ['g'],
  '1': ['i', 'l'],
  '!': ['i', 'l'],
  '|': ['l', 'i'],
  '0': ['o'],
  $: ['s'],
  '5': ['s'],
  '7': ['t'],
  '+': ['t'],
  '2': ['z'],
};

/** Popular numbers: read as words in Chinese (我爱你, 一生一世), well known or drawn on a keypad, or sequences. */
const NUMBERS = [
  ...[
    '520',
    '521',
    '1314',
    '5201314',
    '5211314',
    '1314520',
    '1314521',
    '3344',
    '7758521',
    '584',
    '168',
    '518',
    '886',
  ],
  ...[
    '007',
    '786',
    '911',
    '420',
    '147',
    '258',
    '369',
    '159',
    '357',
    '456',
    '789',
    '147258',
    '147258369',
    '2580',
  ],
  ...[
    '1212',
    '1313',
    '1122',
    '112233',
    '1231',
    '123123',
    '123321',
    '1004',
    '1234',
    '12345',
    '123456',
    '1234567',
  ],
];
const NUMBER_WORDS = new Set(NUMBERS);
const YEAR = /^(?:19[3-9]\d|20[0-4]\d)$/;
const ONLY_DIGITS = /^\d+$/;
const NEITHER = /[^\p{L}\p{M}\p{Nd}]/u;

/**
 * Whether a password is a common word with a common decoration (a capital, one or two symbols, a year, 123),
 * or a series of popular numbers. Cracking programs try such decorations on every word they know.
 */
export function isDecoratedWord(password: string): boolean {
  if (ONLY_DIGITS.test(password)) return isMadeOfNumbers(password);
  const characters = Array.from(password);
  const isLetter = (character: string) => /[\p{L}\p{M}]/u.test(character);
  const first = characters.findIndex(isLetter);
  const last = characters.findLastIndex(isLetter);
  if (first < 0 || first + characters.length - 1 - last > LONGEST_DECORATION + 2) return false;
  // A symbol at either end may replace a letter ($enha) or belong to the decoration.
  for (let start = Math.max(0, first - 2); start <= first; start += 1) {
    for (let end = last + 1; end <= Math.min(characters.length, last + 3); end += 1) {
      if (end - start > LONGEST_WORD) continue;
      const decoration = [...characters.slice(0, start), ...characters.slice(end)];
      if (isCommonDecoration(decoration) && isWord(characters.slice(start, end))) return true;
    }
  }
  return false;
}

function isWord(characters: string[]): boolean {
  const text = characters.join('');
  if (isCommonWord(text)) return true;
  if (!/\p{L}/u.test(text)) return false;
  // Most words use 1 and ! for the same letter throughout.
  return [0, 1].some((choice) =>
    isCommonWord(characters.map((one) => LEET[one]?.at(choice) ?? LEET[one]?.[0] ?? one).join('')),
  );
}

function isCommonDecoration(characters: string[]): boolean {
  const symbols = characters.filter((character) => NEITHER.test(character));
  if (symbols.length > 3 && new Set(symbols).size > 1) return false;
  const digits = characters.filter((character) => !NEITHER.test(character)).join('');
  return digits.length <= 3 || isCommonNumber(digits);
}

function isCommonNumber(digits: string): boolean {
  return YEAR.test(digits) || NUMBER_WORDS.has(digits) || isRun(digits);
}

/** 1234, 4321, 0000. */
function isRun(digits: string): boolean {
  const step = digits.charCodeAt(1) - digits.charCodeAt(0);
  if (Math.abs(step) > 1) return false;
  for (let index = 1; index < digits.length; index += 1) {
    if (digits.charCodeAt(index) - digits.charCodeAt(index - 1) !== step) return false;
  }
  return true;
}

/** Whether it consists of popular numbers of three or more digits each. */
function isMadeOfNumbers(digits: string): boolean {
  const isFilledTo = [true];
  for (let end = 1; end <= digits.length; end += 1) {
    isFilledTo[end] = false;
    for (let start = Math.max(0, end - LONGEST_DECORATION); start <= end - 3; start += 1) {
      if (isFilledTo[start] && isCommonNumber(digits.slice(start, end))) isFilledTo[end] = true;
    }
  }
  return isFilledTo[digits.length];
}
