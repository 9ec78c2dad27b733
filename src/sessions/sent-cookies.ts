import { parseCookie } from 'cookie';
import type { Request } from 'express';

/** The different texts that came under a name, told as cookie parsers do, which take `sid =x` for `sid`. */
export function differentCookies(request: Request, name: string): string[] {
  const { cookie: header } = request.headers;
  if (!header?.includes(name)) return [];
  const texts = new Set<string>();
  for (const pair of header.split(';')) {
    const equals = pair.indexOf('=');
    if (equals !== -1 && trimmed(pair.slice(0, equals)) === name) texts.add(trimmed(pair.slice(equals + 1)));
  }
  return [...texts];
}

/** The value under a name, or undefined when there is none, or several that differ: nobody can tell which is ours. */
export function onlyCookie(request: Request, name: string): string | undefined {
  if (differentCookies(request, name).length !== 1) return undefined;
  return parseCookie(request.headers.cookie ?? '')[name];
}

/** Without spaces and tabs at its ends, and no others: `\u00a0sid` is another name. */
function trimmed(text: string): string {
  let begin = 0;
  let end = text.length;
  while (begin < end && isBlank(text[begin])) begin += 1;
  while (end > begin && isBlank(text[end - 1])) end -= 1;
  return text.slice(begin, end);
}

const isBlank = (character?: string): boolean => character === ' ' || character === '\t';
