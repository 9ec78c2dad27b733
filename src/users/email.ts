import { domainToASCII, domainToUnicode } from 'node:url';
import { isEmail } from 'class-validator';
import { normalForm } from '../http/text/normal-form';
import { isMixed } from './scripts';

const LONGEST = 254;
const TOO_LONG = `Use at most ${LONGEST} characters.`;
const NOT_AN_EMAIL = 'Use an e-mail address such as ada@example.com.';

const ASCII = /^[!#-~]+$/;
/** RFC 6531: what RFC 5322 has, without quoted parts, and letters of any script. */
const LOCAL_PART = /^[\p{L}\p{M}\p{N}!#-'*+\-/=?^_`{|}~.]+$/u;
/** Of names, with the full stop of ideographic scripts; a hyphen stands between letters alone (RFC 5891). */
const LABEL = /^(?!-)[\p{L}\p{M}\p{Nd}-]*(?<!-)$/u;
const DOTS = /[.\u3002]/;
const INVISIBLE = /\p{Default_Ignorable_Code_Point}/u;
/** Mail programs decode it, so that a reader sees another address than the one that gets the mail (RFC 2047). */
const ENCODED_WORD = /=\?[^?]*\?[bq]\?[^?]*\?=/i;
const LONGEST_LOCAL_BYTES = 64;

function partsOf(email: string): [local: string, domain: string] {
  const at = email.lastIndexOf('@');
  return [email.slice(0, at), email.slice(at + 1)];
}

const isAscii = (text: string): boolean => ASCII.test(text);

/** Its A-labels (RFC 5890), in lower case: `xn--exmple-cua.de`. Empty where there are none. */
const asciiDomain = (domain: string): string =>
  isAscii(domain) ? domain.toLowerCase() : domainToASCII(domain);

/** The one form of an e-mail address by which two are the same. */
export function canonicalEmail(email: string): string {
  const [local, domain] = partsOf(email.trim());
  return `${normalForm(local, 'NFC').toLowerCase()}@${asciiDomain(domain)}`;
}

/** Whether only a server that offers SMTPUTF8 takes it: there is no other spelling for letters before the @. */
export function needsSmtpUtf8(email: string): boolean {
  return !isAscii(partsOf(email)[0]);
}

/** @returns why this is no e-mail address, for its owner to read; null when it is one. */
export function emailObjection(email: unknown): string | null {
  if (typeof email !== 'string') return NOT_AN_EMAIL;
  if (email.length > LONGEST) return TOO_LONG;
  const [local, domain] = partsOf(email);
  if (INVISIBLE.test(email) || ENCODED_WORD.test(local) || !isLocalPart(local)) return NOT_AN_EMAIL;
  const labels = domain.split(DOTS);
  if (!isAscii(domain) && !labels.every((label) => LABEL.test(label))) return NOT_AN_EMAIL;
  // It would pass for another address: exаmple.com with a Cyrillic а.
  if ([local, ...labels].some(isMixedLabel)) return NOT_AN_EMAIL;
  const canonical = canonicalEmail(email);
  if (canonical.length > LONGEST) return TOO_LONG;
  if (!isDecodable(asciiDomain(domain))) return NOT_AN_EMAIL;
  // The dots of the local part matter, and no letter of it: those beyond ASCII have been looked at.
  const plain = `${local.replace(/[^!-~]/gu, 'x')}@${asciiDomain(domain)}`;
  return isEmail(plain, { allow_utf8_local_part: false }) ? null : NOT_AN_EMAIL;
}

/** Printable ASCII without a quoted part, in which RFC 5321 allows line breaks: a mail would carry headers of its owner's choice. */
function isLocalPart(local: string): boolean {
  return isAscii(local) || (LOCAL_PART.test(local) && Buffer.byteLength(local) <= LONGEST_LOCAL_BYTES);
}

const isMixedLabel = (label: string): boolean =>
  isMixed(label.replace(/[^\p{L}\p{M}\p{N}]/gu, '').toLowerCase());

/** Malformed punycode would be shown as another domain, or as none. */
function isDecodable(domain: string): boolean {
  return domain.split('.').every((label) => {
    if (!label.startsWith('xn--')) return true;
    const decoded = domainToUnicode(label);
    return !isAscii(decoded) && domainToASCII(decoded) === label;
  });
}
