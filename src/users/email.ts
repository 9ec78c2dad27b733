import { domainToASCII, domainToUnicode } from 'node:url';
import { isEmail } from 'class-validator';
import { normalForm } from '../http/text/normal-form';
import { isMixed } from './scripts';

const LONGEST = 254;
const TOO_LONG = `Use at most ${LONGEST} characters.`;
const NOT_AN_EMAIL = 'Use an e-mail address such as ada@example.com.';

const ASCII = /^[!#-~]+$/;
/** RFC 6531: RFC 5322 without quoted parts, plus letters of any script. */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#-'*+\-/=?^_`{|}~.]+$/u;
/**
 * A domain label. A hyphen may only be between letters (RFC 5891). DOTS includes the ideographic full stop.
 */
const LABEL = /^(?!-)[\p{L}\p{M}\p{Nd}-]*(?<!-)$/u;
const DOTS = /[.\u3002]/;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/**
 * Mail programs decode it, so the user would see another address than the one that gets the mail (RFC 2047).
 */
const ENCODED_WORD = /=\?[^?]*\?[bq]\?[^?]*\?=/i;
const LONGEST_LOCAL_BYTES = 64;

function partsOf(email: string): [local: string, domain: string] {
  const at = email.lastIndexOf('@');
  return [email.slice(0, at), email.slice(at + 1)];
}

const isAscii = (text: string): boolean => ASCII.test(text);

/** As A-labels (RFC 5890) in lower case: `xn--exmple-cua.de`. Empty if that is impossible. */
const asciiDomain = (domain: string): string =>
  isAscii(domain) ? domain.toLowerCase() : domainToASCII(domain);

/** The canonical form: two addresses are the same if their canonical forms are. */
export function canonicalEmail(email: string): string {
  const [local, domain] = partsOf(email.trim());
  return `${normalForm(local, 'NFC').toLowerCase()}@${asciiDomain(domain)}`;
}

/** In canonical form. */
export const domainOf = (email: string): string => partsOf(canonicalEmail(email))[1];

/** Whether it needs a mail server with SMTPUTF8: letters before the @ have no ASCII form. */
export function needsSmtpUtf8(email: string): boolean {
  return !isAscii(partsOf(email)[0]);
}

/** @returns why this is not a valid address, as a message to its owner, or null. */
export function emailObjection(email: unknown): string | null {
  if (typeof email !== 'string') return NOT_AN_EMAIL;
  if (email.length > LONGEST) return TOO_LONG;
  const [local, domain] = partsOf(email);
  if (INVISIBLE.test(email) || ENCODED_WORD.test(local) || !isLocalPart(local)) return NOT_AN_EMAIL;
  const labels = domain.split(DOTS);
  if (!isAscii(domain) && !labels.every((label) => LABEL.test(label))) return NOT_AN_EMAIL;
  // It could imitate another address: exаmple.com with a Cyrillic а.
  if ([local, ...labels].some(isMixedLabel)) return NOT_AN_EMAIL;
  const canonical = canonicalEmail(email);
  if (canonical.length > LONGEST) return TOO_LONG;
  if (!isDecodable(asciiDomain(domain))) return NOT_AN_EMAIL;
  // Only dots matter here: letters beyond ASCII in the local part have been checked above.
  const plain = `${local.replace(/[^!-~]/gu, 'x')}@${asciiDomain(domain)}`;
  return isEmail(plain, { allow_utf8_local_part: false }) ? null : NOT_AN_EMAIL;
}

/** Excludes quoted parts, in which RFC 5321 allows line breaks: an attacker could inject mail headers. */
function isLocalPart(local: string): boolean {
  return isAscii(local) || (LOCAL_PART.test(local) && Buffer.byteLength(local) <= LONGEST_LOCAL_BYTES);
}

const isMixedLabel = (label: string): boolean =>
  isMixed(label.replace(/[^\p{L}\p{M}\p{N}]/gu, '').toLowerCase());

/** Programs show malformed punycode as another domain or as none. */
function isDecodable(domain: string): boolean {
  return domain.split('.').every((label) => {
    if (!label.startsWith('xn--')) return true;
    const decoded = domainToUnicode(label);
    return !isAscii(decoded) && domainToASCII(decoded) === label;
  });
}
