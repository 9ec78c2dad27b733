import { join } from 'node:path';
import { findWapiti } from '../support/services.cjs';
import { IS_FULL, inHome, reportOf, run } from './program';

/** All that come from Debian and need no server elsewhere; sqlmap does better what `blindsql` does. */
const MODULES = [
  'xss',
  'permanentxss',
  'sql',
  'crlf',
  'redirect',
  'exec',
  'file',
  'csrf',
  'cookieflags',
  'http_headers',
  'csp',
];
const MORE_MODULES = ['backup', 'htaccess', 'methods', 'shellshock'];

export interface Finding {
  category: string;
  info: string;
  /** Method and address, with the query. */
  request: string;
}

interface Report {
  vulnerabilities: Record<string, { info: string; http_request: string }[]>;
}

/** Crawls from the home page and attacks all it finds. @returns the vulnerabilities in its report, each once */
export function wapiti(baseUrl: string, cookie?: string): Promise<Finding[]> {
  const seconds = IS_FULL ? '1200' : '90';
  const modules = IS_FULL ? [...MODULES, ...MORE_MODULES] : MODULES;
  const args = [
    ['-u', `${baseUrl}/`, '--scope', 'folder', '-m', modules.join()],
    ['--max-scan-time', seconds, '--max-attack-time', seconds, '-l', IS_FULL ? '2' : '1'],
    ['--no-bugreport', '--verbose', '0'],
    ...(cookie ? [['-H', `Cookie: ${cookie}`]] : []),
  ].flat();
  return inHome(async (home) => {
    const file = join(home, 'report');
    const places = ['--store-session', home, '--store-config', home, '-f', 'json', '-o', file];
    const output = await run(findWapiti().file, [...args, ...places], home);
    return findingsOf(await reportOf<Report>(file, output));
  });
}

function findingsOf({ vulnerabilities }: Report): Finding[] {
  const all = Object.entries(vulnerabilities).flatMap(([category, found]) =>
    found.map(({ info, http_request }) => ({
      category,
      info,
      request: http_request.split(' HTTP/', 1)[0].trim(),
    })),
  );
  return [...new Map(all.map((finding) => [JSON.stringify(finding), finding])).values()];
}
