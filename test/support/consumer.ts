import { execFile } from 'node:child_process';
import { cp, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { setTimeout as delay } from 'node:timers/promises';
import request from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { node, ROOT } from './build';
import { latchkey, type Outcome } from './command';
import { manifest, packed } from './package';
import { Started } from './process';

const SESSION_SECRET = 'a-secret-of-this-suite-with-enough-characters';
export const PASSWORD = 'correct horse battery staple';
const COMPILER_OPTIONS = {
  target: 'ES2023',
  lib: ['ES2023'],
  strict: true,
  experimentalDecorators: true,
  emitDecoratorMetadata: true,
  useDefineForClassFields: false,
  skipLibCheck: false,
  types: ['node'],
  outDir: 'dist',
};

export interface ConsumerNeeds {
  /** Packages that the application installs besides Latchkey and its peers. */
  packages?: string[];
  compilerOptions?: object;
}

/** A company's application, test/consumers/NAME/, in a folder of its own with Latchkey's tarball installed. */
export class Consumer {
  private readonly started: Started[] = [];

  private constructor(readonly folder: string) {}

  /** Compiles it. @throws Error with the compiler's messages. */
  static async installed(name: string, needs: ConsumerNeeds = {}): Promise<Consumer> {
    const folder = await mkdtemp(join(tmpdir(), `latchkey-${name}-`));
    await installPackages(join(folder, 'node_modules'), needs.packages ?? []);
    await cp(join(ROOT, 'test/consumers', name), folder, { recursive: true });
    const compilerOptions = {
      ...COMPILER_OPTIONS,
      ...(needs.compilerOptions ?? { module: 'nodenext', moduleResolution: 'nodenext' }),
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['*.ts'] }));
    await node([require.resolve('typescript/bin/tsc'), '-p', folder]).catch((error: unknown) => {
      throw new Error(`${name} does not compile:\n${(error as { stdout: string }).stdout}`);
    });
    return new Consumer(folder);
  }

  /** Starts a file of the application and waits until it answers. */
  async start(file = 'main', settings: Record<string, string> = {}): Promise<Started> {
    const started = await this.run(file, settings);
    const ended = started.ended.then(({ code }) => {
      throw new Error(`The process ended with ${code}:\n${started.output}`);
    });
    await Promise.race([ended, answers(started.url)]);
    return started;
  }

  async run(file: string, settings: Record<string, string> = {}): Promise<Started> {
    const build = { main: join(this.folder, `dist/${file}.js`) };
    const started = await Started.run(build, { SESSION_SECRET, ...settings }, { cwd: this.folder });
    this.started.push(started);
    return started;
  }

  /** Runs the installed command line in the folder of the application. */
  command(args: string[], settings: Record<string, string> = {}, input?: string): Promise<Outcome> {
    const build = { main: join(this.folder, 'node_modules/latchkey/dist/main.js') };
    return latchkey(build, { SESSION_SECRET, ...settings }, args, input, this.folder);
  }

  async remove(): Promise<void> {
    for (const started of this.started) await started.stop();
    await rm(this.folder, { recursive: true, force: true });
  }
}

/**
 * What npm would install: only packages that our manifest names are there, so that a missing one is noticed.
 * Optional peers are there if the application wants them.
 */
async function installPackages(folder: string, wanted: string[]): Promise<void> {
  const { dependencies, peerDependencies, peerDependenciesMeta } = await manifest();
  const peers = Object.keys(peerDependencies).filter((name) => !peerDependenciesMeta[name]?.optional);
  for (const name of new Set([...Object.keys(dependencies), ...peers, '@types/node', ...wanted])) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await symlink(join(ROOT, 'node_modules', name), join(folder, name));
  }
  const target = join(folder, 'latchkey');
  await mkdir(target);
  await promisify(execFile)('tar', ['-xzf', await packed(), '-C', target, '--strip-components=1']);
}

async function answers(url: string): Promise<void> {
  while (!(await fetch(url).catch(() => undefined))) await delay(50);
}

/** A client that keeps cookies and follows no redirects. */
export const client = (started: Started): TestAgent =>
  request
    .agent(started.url)
    .set({ Origin: `http://localhost:${started.port}` })
    .redirects(0);

/** A client in which this new user is logged in, by the API. */
export async function loggedIn(started: Started, username: string): Promise<TestAgent> {
  const agent = client(started);
  await agent.post('/api/v1/auth/signup').send({ username, password: PASSWORD }).expect(201);
  await agent.post('/api/v1/auth/login').send({ username, password: PASSWORD }).expect(200);
  return agent;
}
