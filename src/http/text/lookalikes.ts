import { CONFUSABLES } from './confusables';
import { normalForm } from './normal-form';

/** How a name looks: two names of one skeleton are told apart by nobody. */
export interface Look {
  /** Of its canonical form, and of the letters as typed: a capital may look like another letter than its small one. */
  skeletons: string[];
  /** Two names in ASCII alone are never compared: `arnold` and `amold` are two people. */
  leavesAscii: boolean;
}

let prototypes: Map<string, string> | undefined;

/** The data is read by the first name that is made or changed, which no start waits for. */
function readPrototypes(): Map<string, string> {
  const read = new Map<string, string>();
  const groups = CONFUSABLES.trim().split(/\s/);
  for (let index = 0; index < groups.length; index += 2) {
    for (const character of groups[index + 1]) read.set(character, groups[index]);
  }
  return read;
}

function prototypeOf(character: string): string {
  prototypes ??= readPrototypes();
  return prototypes.get(character) ?? character;
}

/**
 * UTS 39, 4: the same for all texts that look the same. That looks at decomposed letters alone; its data lists composed
 * ones as well, such as ȧ for å, which are looked up before.
 */
export function skeletonOf(text: string): string {
  const composed = Array.from(normalForm(text, 'NFC'), prototypeOf).join('');
  return normalForm(Array.from(normalForm(composed, 'NFD'), prototypeOf).join(''), 'NFD');
}

/** @param username as typed, of a length that was checked. */
export function lookOf(username: string, canonical: string): Look {
  const typed = skeletonOf(normalForm(username.trim(), 'NFKC'));
  // Case folding makes letters that have a prototype of their own, such as the m of M.
  const skeletons = new Set([skeletonOf(canonical), skeletonOf(typed.toLowerCase())]);

  return { skeletons: [...skeletons], leavesAscii: !/^[\0-\x7f]*$/.test(username.trim()) };
}
