import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import ts from 'typescript';
import { keptSecret } from './kept-secret';

const modeOf = (file: string) => statSync(file).mode & 0o777;

describe('The secret that is made when none is given', () => {
  let folder: string;
  let dataDir: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'latchkey-secret-'));
    dataDir = join(folder, 'deep', 'data');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is 256 random bits, another one for each folder', () => {
    const secret = keptSecret(dataDir);
    expect(secret).toMatch(/^[\w-]{43}$/);
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(keptSecret(join(folder, 'other'))).not.toBe(secret);
  });

  it('can be read by its owner alone, whatever the umask', () => {
    const umask = process.umask(0);
    try {
      keptSecret(dataDir);
    } finally {
      process.umask(umask);
    }
    expect(modeOf(join(dataDir, 'session-secret'))).toBe(0o600);
    expect(modeOf(dataDir)).toBe(0o700);
  });

  it('stays the same, start after start, and leaves no draft behind', () => {
    const secret = keptSecret(dataDir);
    expect([keptSecret(dataDir), keptSecret(dataDir)]).toEqual([secret, secret]);
    expect(readdirSync(dataDir)).toEqual(['session-secret']);
  });

  it('may be one that somebody put there, with a line break at its end', () => {
    mkdirSync(dataDir, { recursive: true });
    writeFileSync(join(dataDir, 'session-secret'), 'put there by hand\n');
    expect(keptSecret(dataDir)).toBe('put there by hand');
  });

  it('is one for all when many make it at the same moment', async () => {
    const source = readFileSync(join(__dirname, 'kept-secret.ts'), 'utf8');
    const script = ts.transpileModule(source, {
      compilerOptions: { module: ts.ModuleKind.CommonJS },
    }).outputText;
    const gate = new SharedArrayBuffer(4);
    const workers = Array.from({ length: 8 }, () => {
      const worker = new Worker(
        `const { parentPort, workerData } = require('node:worker_threads');
         ${script}
         parentPort.postMessage('ready');
         Atomics.wait(new Int32Array(workerData.gate), 0, 0);
         parentPort.postMessage(keptSecret(workerData.dataDir));`,
        { eval: true, workerData: { gate, dataDir } },
      );
      const heard = (count: number) =>
        new Promise<string>((resolve, reject) => {
          let messages = 0;
          worker.on('message', (message: string) => {
            if (++messages === count) resolve(message);
          });
          worker.on('error', reject);
        });
      return { ready: heard(1), secret: heard(2) };
    });

    await Promise.all(workers.map(({ ready }) => ready));
    Atomics.store(new Int32Array(gate), 0, 1);
    Atomics.notify(new Int32Array(gate), 0);
    const secrets = await Promise.all(workers.map(({ secret }) => secret));
    expect(new Set(secrets)).toEqual(new Set([keptSecret(dataDir)]));
    expect(readdirSync(dataDir)).toEqual(['session-secret']);
  });
});
