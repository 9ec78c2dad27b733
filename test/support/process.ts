import { type ChildProcess, execFile, spawn, type StdioOptions } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from './app';
import { keepLog, noteSecrets } from './canaries';

const ROOT = resolve(__dirname, '../..');

export interface Build {
  main: string;
  remove(): Promise<void>;
}

/** Compiles src/ into a folder of its own, from which Node finds our packages, views and files. */
export async function build(): Promise<Build> {
  const cache = join(ROOT, 'node_modules/.cache');
  await mkdir(cache, { recursive: true });
  const folder = await mkdtemp(join(cache, 'latchkey-'));
  for (const name of ['views', 'public', 'package.json']) await symlink(join(ROOT, name), join(folder, name));
  const compiler = require.resolve('typescript/bin/tsc');
  const dist = join(folder, 'dist');
  // `npm run types` checks the types; here they would only take time.
  const options = ['--noCheck', '--declaration', 'false', '--sourceMap', 'false', '--outDir', dist];
  await promisify(execFile)(process.execPath, [
    compiler,
    '-p',
    join(ROOT, 'tsconfig.build.json'),
    ...options,
  ]);
  return { main: join(dist, 'main.js'), remove: () => rm(folder, { recursive: true, force: true }) };
}

/** The real process, with the settings given here and none of whoever runs the tests. */
export class Started {
  output = '';
  readonly ended: Promise<{ code: number | null; signal: string | null }>;

  private constructor(
    readonly child: ChildProcess,
    readonly port: number,
  ) {
    const collect = (part: Buffer) => (this.output += part.toString());
    child.stdout?.on('data', collect);
    child.stderr?.on('data', collect);
    this.ended = new Promise((done) =>
      child.once('close', (code, signal) => {
        keepLog(`${this.output}\n`);
        done({ code, signal });
      }),
    );
  }

  /** @param how Node's own options, and what the standard streams are if not read here. */
  static async run(
    { main }: Build,
    settings: Record<string, string>,
    how: { options?: string[]; stdio?: StdioOptions } = {},
  ): Promise<Started> {
    noteSecrets(`${settings.SESSION_SECRET},${settings.PASSWORD_PEPPER}`.split(','));
    const port = Number(settings.PORT ?? (await freePort()));
    const child = spawn(process.execPath, [...(how.options ?? []), main], {
      cwd: tmpdir(), // where no .env is read by accident
      env: { PATH: process.env.PATH, BCRYPT_COST: '4', PORT: String(port), ...settings },
      stdio: how.stdio ?? ['ignore', 'pipe', 'pipe'],
    });
    return new Started(child, port);
  }

  /** Loads its code, which is most of a start, and begins the rest when it is told to `go`. */
  static standby(build: Build, settings: Record<string, string>): Promise<Started> {
    const options = ['--require', join(__dirname, 'standby.cjs')];
    return Started.run(build, settings, { options, stdio: 'pipe' });
  }

  go(): this {
    this.child.stdin?.end('!');
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when it says that it listens; fails when it ends before. */
  async listening(): Promise<this> {
    const said = new Promise<void>((done) => {
      const look = () => {
        if (this.output.includes('listens')) done();
      };
      this.child.stdout?.on('data', look);
      look();
    });
    const died = this.ended.then(({ code }) => {
      throw new Error(`The process ended with ${code}:\n${this.output}`);
    });
    await Promise.race([said, died]);
    return this;
  }

  async stop(): Promise<void> {
    this.child.kill('SIGKILL');
    await this.ended;
  }
}
