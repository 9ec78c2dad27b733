import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chownSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './app';
import { findPgbouncer, findPostgres } from './services.cjs';

/** A PgBouncer in front of a PostgreSQL, configured as Debian's package except for its address and authentication. */
export class PgBouncer {
  private constructor(
    private readonly child: ChildProcess,
    private readonly folder: string,
    private readonly port: number,
  ) {}

  static async before(
    url: string,
    mode: 'session' | 'transaction',
    settings: Record<string, string> = {},
  ): Promise<PgBouncer> {
    const { file } = findPgbouncer();
    const { account = {} } = findPostgres();
    if (!file) throw new Error('no pgbouncer');
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-pgbouncer-'));
    const port = Number(settings.listen_port ?? (await freePort()));
    const { hostname, port: serverPort } = new URL(url);
    const users = join(folder, 'users');
    const all = {
      listen_addr: '127.0.0.1',
      listen_port: String(port),
      unix_socket_dir: '',
      auth_type: 'trust',
      auth_file: users,
      pool_mode: mode,
      ...settings,
    };
    const lines = Object.entries(all).map(([name, value]) => `${name} = ${value}`);
    const text = `[databases]\n* = host=${hostname} port=${serverPort}\n[pgbouncer]\n${lines.join('\n')}\n`;
    writeFileSync(users, '"postgres" ""\n"app" ""\n');
    writeFileSync(join(folder, 'ini'), text);
    if (account.uid !== undefined) chownSync(folder, account.uid, account.gid ?? account.uid);
    // It refuses to run as root.
    const child = spawn(file, ['-q', join(folder, 'ini')], { ...account, cwd: folder, stdio: 'ignore' });
    child.unref(); // a test that fails before stopping it still exits
    const bouncer = new PgBouncer(child, folder, port);
    process.once('exit', bouncer.kill);
    while (!(await takesConnections(port))) {
      if (child.exitCode !== null) throw new Error(`pgbouncer ended with ${child.exitCode}`);
      await delay(20);
    }
    return bouncer;
  }

  /** The same database through the pooler. */
  through(url: string): string {
    const changed = new URL(url);
    changed.port = String(this.port);
    return changed.href;
  }

  async stop(): Promise<void> {
    process.off('exit', this.kill);
    const ended = once(this.child, 'exit');
    this.kill();
    await ended;
    rmSync(this.folder, { recursive: true, force: true });
  }

  private readonly kill = (): void => {
    this.child.kill('SIGKILL');
  };
}

function takesConnections(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1', () => {
      socket.destroy();
      resolve(true);
    });
    socket.on('error', () => resolve(false));
  });
}
