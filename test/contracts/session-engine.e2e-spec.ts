import { createClient } from '@redis/client';
import { MemorySessionEngine } from '../../src/sessions/engines/memory-session-engine';
import { SessionEngine } from '../../src/sessions/session-engine';
import { type EngineUnderContract, sessionEngineContract } from '../../src/testing';
import { TestApp } from '../support/app';

const IDLE = 60_000;
const ABSOLUTE = 600_000;
const MAX_SIZE = 64 * 1_024;
const SETTINGS = {
  SESSION_CACHE: '0', // the engines themselves
  SESSION_IDLE_TIMEOUT: `${IDLE}ms`,
  SESSION_ABSOLUTE_TIMEOUT: `${ABSOLUTE}ms`,
};
const STORES = ['the store of this suite', ...(globalThis.LATCHKEY_DATABASE === 'sqlite' ? ['memory'] : [])];

describe.each(STORES)('The contract of session engines, kept by %s', (store) => {
  let app: TestApp;
  let second: TestApp;

  beforeEach(async () => {
    const ofStore = store === 'memory' ? { SESSION_STORE: 'memory' } : await emptyRedis();
    app = await TestApp.start({ ...SETTINGS, ...ofStore });
    second = store === 'memory' ? app : await app.another();
  });
  afterEach(() => app.close());

  const given = (): EngineUnderContract => ({
    engine: app.app.get(SessionEngine),
    other: second.app.get(SessionEngine),
    advance: (milliseconds) => {
      for (const { clock } of new Set([app, second])) clock.advance(milliseconds);
    },
    idleTimeout: IDLE,
    absoluteTimeout: ABSOLUTE,
    maxSize: MAX_SIZE,
  });

  it.each(sessionEngineContract)('$name', ({ check }) => check(given()));
});

/** A part of the run's Redis that no other suite uses: here IDs are not random. */
async function emptyRedis(): Promise<Record<string, string>> {
  if (globalThis.LATCHKEY_SESSION_STORE !== 'redis') return {};
  const url = `${process.env.TEST_REDIS_URL}/1`;
  const client = await createClient({ url }).connect();
  await client.flushDb();
  client.destroy();
  return { REDIS_URL: url };
}

it('A memory engine is what SESSION_STORE=memory gives', async () => {
  const app = await TestApp.start({ SESSION_STORE: 'memory' });
  expect(app.app.get(SessionEngine)).toBeInstanceOf(MemorySessionEngine);
  await app.close();
});
