import { findSqlmap } from '../support/services.cjs';
import { IS_FULL, inHome, run } from './program';

/** One command: what it asks, and which parameters it tries. */
export interface SqlmapRequest {
  path: string;
  /** A star in the path marks what is tried instead. */
  parameters?: string[];
  method?: string;
  form?: Record<string, string>;
  json?: Record<string, string>;
  /** Whether it sends the cookie of a logged-in user. */
  loggedIn?: boolean;
}

/** Addresses and fields that Latchkey and the vulnerable app share, each asked for in a way that succeeds. */
export function sqlmapRequests(username: string, password: string): SqlmapRequest[] {
  return [
    { path: '/messages?cursor=Mg&limit=5', parameters: ['cursor', 'limit'] },
    { path: '/api/v1/messages?cursor=Mg&limit=5', parameters: ['cursor', 'limit'] },
    {
      path: '/users/login',
      form: { username, password, next: '/users/welcome' },
      parameters: ['username', 'password', 'next'],
    },
    { path: '/api/v1/users/1*', loggedIn: true },
    { path: '/api/v1/users/1/messages', method: 'POST', json: { content: 'First' }, loggedIn: true },
    {
      path: '/api/v1/users/1',
      method: 'PATCH',
      json: { username, email: 'ada@example.com' },
      loggedIn: true,
    },
  ];
}

const NOTHING = 'all tested parameters do not appear to be injectable';
const SOMETHING = 'sqlmap identified the following injection point(s)';

/** @returns the parameters that can be injected into, by sqlmap's own judgement */
export function sqlmap(baseUrl: string, request: SqlmapRequest, cookie?: string): Promise<string[]> {
  const { path, parameters, method, form, json } = request;
  const data = form ? new URLSearchParams(form).toString() : json && JSON.stringify(json);
  const args = [
    ['-u', baseUrl + path],
    ...(parameters ? [['-p', parameters.join()]] : []),
    ...(method ? [['--method', method]] : []),
    ...(data ? [['--data', data]] : []),
    ...(cookie ? [['--cookie', cookie]] : []),
    ['--headers', `Origin: ${baseUrl}`],
    // 401 is an answer like others; a redirect leads away from what is tried.
    ['--batch', '--flush-session', '--ignore-proxy', '--ignore-redirects', '--ignore-code=401'],
    ['--disable-coloring', '--skip-waf'],
    IS_FULL ? ['--level=4', '--risk=2'] : ['--level=1', '--risk=1', '--dbms=sqlite'],
  ].flat();
  return inHome(async (home) => {
    const output = await run(findSqlmap().file, [...args, `--output-dir=${home}`], home);
    if (output.includes(SOMETHING))
      return [...output.matchAll(/^Parameter: (.+?) \(/gm)].map(([, name]) => name);
    if (!output.includes(NOTHING)) throw new Error(`sqlmap did not come to an end:\n${output}`);
    return [];
  });
}
