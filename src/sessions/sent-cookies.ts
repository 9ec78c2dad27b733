import { parseCookie } from 'cookie';
import type { Request } from 'express';

/** The different texts that came under a name, told as cookie parsers do, which take `sid =x` for `sid`. */
export function differentCookies(request: Request, name: string): string[] {
  const texts = (request.headers.cookie ?? '')
    .split(';')
    .map((pair) => /^([^=]*)=(.*)$/.exec(pair) ?? [])
    .filter(([, key]) => key?.trim() === name)
    .map(([, , text]) => text.trim());
  return [...new Set(texts)];
}

/** The value under a name, or undefined when there is none, or several that differ: nobody can tell which is ours. */
export function onlyCookie(request: Request, name: string): string | undefined {
  if (differentCookies(request, name).length !== 1) return undefined;
  return parseCookie(request.headers.cookie ?? '')[name];
}
