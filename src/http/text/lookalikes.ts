import { CONFUSABLES } from './confusables';
import { normalForm } from './normal-form';

/** How a name looks. Names with a common skeleton look the same. */
export interface Look {
  /**
   * Of the canonical form and of the name as typed: a capital may resemble other letters than its lower case.
   */
  skeletons: string[];
  /** Two ASCII names are never compared: `arnold` and `amold` are different people. */
  leavesAscii: boolean;
}

let prototypes: Map<string, string> | undefined;

/** Parsed when a name is first created or changed, so it does not delay the start. */
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
 * The skeleton of UTS 39, 4: equal for all texts that look the same. UTS 39 compares decomposed letters only,
 * but its data also lists composed ones, such as ȧ for å, so look those up first.
 */
export function skeletonOf(text: string): string {
  const composed = Array.from(normalForm(text, 'NFC'), prototypeOf).join('');
  return normalForm(Array.from(normalForm(composed, 'NFD'), prototypeOf).join(''), 'NFD');
}

/** @param username as typed; the caller has checked its length. */
export function lookOf(username: string, canonical: string): Look {
  const typed = skeletonOf(normalForm(username.trim(), 'NFKC'));
  // Case folding produces letters with a prototype of their own, such as the m of M.
  const skeletons = new Set([skeletonOf(canonical), skeletonOf(typed.toLowerCase())]);

  return { skeletons: [...skeletons], leavesAscii: !/^[\0-\x7f]*$/.test(username.trim()) };
}
