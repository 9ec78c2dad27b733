import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { serviceChecks } from '../../src/cli/checks/service-checks';
import { loadSettings, SettingsError } from '../../src/options/load-settings';
import { freePort, TestApp } from '../support/app';
import { submit } from '../support/page';
import { askRedis } from '../support/redis';
import { type RedisServer, startRedis } from '../support/redis-server.cjs';
import { findRedisSentinel } from '../support/services.cjs';

const PAGE = '/users/welcome';
/** As docs/operations.md has it. */
const PERMISSIONS = ['resetchannels', '+@read', '+@write', '+@scripting', '+@connection', '-@dangerous'];

describe('A Redis that is no single primary', () => {
  let folder: string;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'latchkey-topologies-'));
  });
  afterAll(() => rm(folder, { recursive: true, force: true }));

  /** What the start is refused with, at once, and what the doctor says. */
  async function refusals(url: string): Promise<string[]> {
    const environment = { SESSION_STORE: 'redis', REDIS_URL: url };
    const began = performance.now();
    const error: unknown = await TestApp.start(environment).then(
      (app) => app.close(),
      (reason: unknown) => reason,
    );
    expect(performance.now() - began).toBeLessThan(20_000);
    expect(error).toBeInstanceOf(SettingsError);
    const findings = [];
    const settings = loadSettings({ DATA_DIR: folder, ...environment });
    for await (const { state, what, remedy } of serviceChecks(settings))
      if (what === 'Redis') findings.push(`${state} ${remedy}`);
    return [...(error as SettingsError).problems, ...findings];
  }

  it('is refused at the start where it is a node of a cluster', async () => {
    const node = await startRedis({ 'cluster-enabled': 'yes' });
    const sentence = /REDIS_URL: .*node of a cluster, which Latchkey does not support/;
    expect(await refusals(node.url)).toEqual([
      expect.stringMatching(sentence),
      expect.stringMatching(new RegExp(`^refused ${sentence.source}`)),
    ]);
    await node.stop();
  });

  it('is refused at the start where it is a sentinel', async () => {
    const primary = await startRedis();
    const port = await freePort();
    const configuration = join(folder, 'sentinel.conf');
    await writeFile(
      configuration,
      `port ${port}\nbind 127.0.0.1\nsentinel monitor main 127.0.0.1 ${primary.port} 1\n`,
    );
    const sentinel: ChildProcess = spawn(findRedisSentinel().file!, [configuration], { stdio: 'ignore' });
    const url = `redis://127.0.0.1:${port}`;
    while (!(await askRedis(url, ['PING']).catch(() => null))) await delay(20);
    const sentence = /REDIS_URL: .*a sentinel.*leads to the primary/;
    expect(await refusals(url)).toEqual([
      expect.stringMatching(sentence),
      expect.stringMatching(new RegExp(`^refused ${sentence.source}`)),
    ]);
    sentinel.kill('SIGKILL');
    await once(sentinel, 'close');
    await primary.stop();
  });
});

describe('A Redis that is shared', () => {
  let redis: RedisServer;

  beforeAll(async () => {
    redis = await startRedis();
  });
  afterAll(() => redis.stop());

  it.each([
    ['the default prefix', 'latchkey:', {}],
    ['a prefix of its own', 'acme.login:', { REDIS_PREFIX: 'acme.login:' }],
  ])('is used with no more than the documented permissions, on keys with %s', async (_, prefix, settings) => {
    const user = prefix.replace(/\W/g, '');
    await askRedis(redis.url, [
      'ACL',
      'SETUSER',
      user,
      'reset',
      'on',
      '>secret',
      `~${prefix}*`,
      ...PERMISSIONS,
    ]);
    const url = `redis://${user}:secret@127.0.0.1:${redis.port}`;
    await expect(askRedis(url, ['SET', 'another', '1'])).rejects.toThrow('NOPERM');
    await expect(askRedis(url, ['FLUSHALL'])).rejects.toThrow('NOPERM');

    const app = await TestApp.start({ SESSION_STORE: 'redis', REDIS_URL: url, ...settings });
    const { agent } = await app.user('ada');
    await submit(agent, '/lab/counter').expect(303);
    expect((await agent.get('/lab')).text).toContain('>1<');
    await app.agent().get('/health/ready').expect(200);
    const keys = (await askRedis(redis.url, ['KEYS', `${prefix}session:*`])) as string[];
    expect(keys).toHaveLength(1);
    await agent.post('/api/v1/auth/logout').expect(204);
    expect(await askRedis(redis.url, ['EXISTS', ...keys])).toBe(0);
    await agent.get(PAGE).expect(303);
    const findings = [];
    for await (const finding of serviceChecks(loadSettings(app.environment))) findings.push(finding);
    expect(findings).toContainEqual(expect.objectContaining({ state: 'ok', what: 'Redis' }));
    await app.close();
    const all = (await askRedis(redis.url, ['KEYS', '*'])) as string[];
    expect(all.filter((key) => !key.startsWith('latchkey:') && !key.startsWith(prefix))).toEqual([]);
  });
});
