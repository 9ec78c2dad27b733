import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type Build, build } from '../support/build';

const USERS = 100_000;
const MEGABYTES = 400;

describe('latchkey users import', () => {
  let built: Build;
  let folder: string;

  beforeAll(async () => {
    built = await build();
    folder = await mkdtemp(join(tmpdir(), 'latchkey-many-'));
  }, 240_000);
  afterAll(() => rm(folder, { recursive: true, force: true }));

  it('takes 100,000 users in less than three minutes, and its memory does not grow with the file', async () => {
    const path = join(folder, 'users.csv');
    const file = createWriteStream(path);
    file.write('username,password_hash,email\n');
    for (let n = 0; n < USERS; n++)
      file.write(`user${n},$2b$12$${'.'.repeat(48)}${String(n).padStart(5, '0')},user${n}@example.com\n`);
    await once(file.end(), 'close');

    const begun = performance.now();
    const program = join(dirname(built.main), 'cli/main.js');
    const child = spawn(
      process.execPath,
      [`--max-old-space-size=${MEGABYTES}`, program, 'users', 'import', path],
      { cwd: folder, env: { PATH: process.env.PATH, DATA_DIR: join(folder, 'data') } },
    );
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.on('data', (part: Buffer) => (output += part.toString()));
    const [code] = (await once(child, 'close')) as [number];
    const seconds = (performance.now() - begun) / 1000;
    console.log(`${USERS} users in ${seconds.toFixed(0)} s`);
    expect({ code, output }).toEqual({
      code: 0,
      output: `Imported: ${USERS}, of which 0 are listed. There already: 0. Refused: 0.\n`,
    });
    expect(seconds).toBeLessThan(180);
  });
});
