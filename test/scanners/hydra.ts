import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { findHydra } from '../support/services.cjs';
import { inHome, reportOf, run } from './program';

interface Report {
  results: { password: string }[];
}

/**
 * Tries passwords at a log-in form, 4 at a time. Hydra takes a 401 for Basic authentication and gives up: it needs
 * another status.
 * @returns the passwords that log in
 */
export function hydra(port: number, username: string, passwords: string[]): Promise<string[]> {
  const form = '/users/login:username=^USER^&password=^PASS^&next=/users/welcome:S=HTTP/1.1 30';
  return inHome(async (home) => {
    const [list, file] = [join(home, 'passwords'), join(home, 'report')];
    await writeFile(list, passwords.join('\n'));
    const args = [
      '-I',
      '-t',
      '4',
      '-w',
      '15',
      '-l',
      username,
      '-P',
      list,
      '-b',
      'json',
      '-o',
      file,
      '-s',
      String(port),
    ];
    const output = await run(findHydra().file, [...args, '127.0.0.1', 'http-post-form', form], home);
    return (await reportOf<Report>(file, output)).results.map(({ password }) => password);
  });
}
