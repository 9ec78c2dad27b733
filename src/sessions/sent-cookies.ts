import { parseCookie } from 'cookie';
import type { RequestContext } from '../http/request-context';

/** The distinct values sent under a name. Like cookie parsers, it accepts `sid =x` as `sid`. */
export function differentCookies(request: RequestContext, name: string): string[] {
  const { cookie: header } = request.headers;
  if (!header?.includes(name)) return [];
  const texts = new Set<string>();
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && trimmed(pair.slice(0, equals)) === name) texts.add(trimmed(pair.slice(equals + 1)));
  }
  return [...texts];
}

/** The value under a name, or undefined if there is none or if several differ: one may be planted. */
export function onlyCookie(request: RequestContext, name: string): string | undefined {
  if (differentCookies(request, name).length !== 1) return undefined;
  return parseCookie(request.headers.cookie ?? '')[name];
}

/** Trims spaces and tabs only: `\u00a0sid` is another name. */
function trimmed(text: string): string {
  let begin = 0;
  let end = text.length;
  while (begin < end && isBlank(text[begin])) begin += 1;
  while (end > begin && isBlank(text[end - 1])) end -= 1;
  return text.slice(begin, end);
}

const isBlank = (character?: string): boolean => character === ' ' || character === '\t';
