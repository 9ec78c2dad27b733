import { type ChildProcess, spawn, type StdioOptions } from 'node:child_process';
import { tmpdir } from 'node:os';
import { freePort } from './app';
import type { Build } from './build';
import { keepLog, noteSecrets } from './canaries';

/** The real process, with only the settings given here. */
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

  /** @param how Node's own options, the standard streams if they are not read here, and the working directory. */
  static async run(
    { main }: Build,
    settings: Record<string, string>,
    how: { options?: string[]; stdio?: StdioOptions; cwd?: string } = {},
  ): Promise<Started> {
    noteSecrets(`${settings.SESSION_SECRET},${settings.PASSWORD_PEPPER}`.split(','));
    const port = Number(settings.PORT ?? (await freePort()));
    const child = spawn(process.execPath, [...(how.options ?? []), main], {
      cwd: how.cwd ?? tmpdir(), // so that no .env is read by accident
      env: { PATH: process.env.PATH, BCRYPT_COST: '4', PORT: String(port), ...settings },
      stdio: how.stdio ?? ['ignore', 'pipe', 'pipe'],
    });
    return new Started(child, port);
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}`;
  }

  /** Resolves when it listens; fails if it exits before. */
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
