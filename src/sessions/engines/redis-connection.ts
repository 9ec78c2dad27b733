import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { SettingsError } from '../../options/load-settings';
import { RequestDeadline } from '../../database/request-deadline';

type RedisClient = ReturnType<typeof newClient>;

/** How long a command, or a new connection, may take. */
const PATIENCE_MS = 1_000;
const RETRY_MS = 200;
const START_PATIENCE_MS = 4_000;

/** Written by the readiness check: a replica and a Redis that is full answer reads, and take nothing. */
const PROBE = { name: 'ready', expiry: { type: 'PX', value: 1_000 } } as const;
/** A node of a cluster refuses most keys, and a sentinel all of them. */
const UNFIT: Record<string, string> = {
  cluster:
    'it is a node of a cluster, which Latchkey does not support; use one primary, with replicas or a managed failover',
  sentinel:
    'it is a sentinel, which keeps no data; use an address that leads to the primary, also after a failover',
};

/**
 * One connection to Redis, replaced whenever it is in doubt. Left alone, a client waits without end for a server that
 * is frozen or whose machine is gone, and stays with a primary that has become a replica after a failover.
 */
export class RedisConnection implements OnApplicationShutdown {
  private readonly logger = new Logger(RedisConnection.name);
  private client: RedisClient | null = null;
  private isReconnecting = false;
  private isClosed = false;

  private constructor(
    private readonly url: string,
    private readonly prefix: string,
  ) {}

  /**
   * @param prefix of all keys.
   * @throws SettingsError when Redis cannot be used after a few seconds: it may start together with the application.
   */
  static async open(url: string, prefix: string): Promise<RedisConnection> {
    const unreadable = whatIsWrongWith(url);
    if (unreadable !== null) throw new SettingsError([`REDIS_URL cannot be read: ${unreadable}`]);
    const connection = new RedisConnection(url, prefix);
    const deadline = performance.now() + START_PATIENCE_MS;
    for (;;) {
      const failure = await connection.connect();
      if (failure === null) return connection;
      if (performance.now() > deadline || Object.values(UNFIT).includes(failure))
        throw new SettingsError([`REDIS_URL: Redis at ${new URL(url).host} fails: ${failure}`]);
      await delay(RETRY_MS);
    }
  }

  /** @throws Error when Redis is away, or has not answered in time: the command may have been carried out or not. */
  async run<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    const { client } = this;
    if (!client) throw new Error('Redis is away');
    const deadline = RequestDeadline.current(); // shared with the database: what a request waits for adds up
    const limit = Math.min(PATIENCE_MS, deadline.left);
    try {
      return await deadline.track(within(limit, command(client)));
    } catch (error) {
      const isHanging = error instanceof TookTooLong && limit === PATIENCE_MS;
      if (isHanging || isOutOfUse(error)) this.replace(client, error);
      throw error;
    }
  }

  /** What a name of ours is called in this Redis. */
  key(name: string): string {
    return this.prefix + name;
  }

  /** Whether it takes a write now. */
  answers(): Promise<boolean> {
    const written = this.run((client) => client.set(this.key(PROBE.name), '', { expiration: PROBE.expiry }));
    return written.then(
      () => true,
      () => false,
    );
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    if (this.client) destroy(this.client);
  }

  /** @returns what stands in the way, or null when it is connected now. */
  private async connect(): Promise<string | null> {
    const client = newClient(this.url);
    client.on('error', (error) => this.replace(client, error));
    try {
      // A server that loads its data or wants another password takes connections all the same.
      await within(
        PATIENCE_MS,
        client.connect().then(() => client.ping()),
      );
      const unfit = UNFIT[await within(PATIENCE_MS, modeOf(client))];
      if (unfit) {
        destroy(client);
        return unfit;
      }
    } catch (error) {
      destroy(client);
      return reasonOf(error);
    }
    const former = this.client;
    this.client = client;
    // Commands that wait for the former one may still be answered.
    if (former) setTimeout(() => destroy(former), PATIENCE_MS).unref();
    if (this.isClosed) destroy(client);
    return null;
  }

  /** Whoever notices first. A server that answers nothing is left at once: what waits for it fails. */
  private replace(client: RedisClient, error: unknown): void {
    if (this.client !== client || this.isClosed) return;
    if (!isOutOfUse(error)) {
      this.client = null;
      destroy(client);
    }
    if (!this.isReconnecting) void this.reconnect(reasonOf(error));
  }

  private async reconnect(reason: string): Promise<void> {
    this.isReconnecting = true;
    this.logger.error(`Redis fails: ${reason}`);
    // A replica answers until there is something better, and a new connection may well lead to it again.
    if (this.client) await delay(RETRY_MS, undefined, { ref: false });
    while (!this.isClosed) {
      const failure = await this.connect();
      if (failure === null) break;
      if (failure !== reason) this.logger.error(`Redis fails: ${failure}`);
      reason = failure;
      await delay(RETRY_MS, undefined, { ref: false });
    }
    this.isReconnecting = false;
    if (!this.isClosed) this.logger.log('Connected to Redis again');
  }
}

function newClient(url: string) {
  // A tenth of a start, for which only those wait who use it.
  const { createClient } = require('@redis/client') as typeof import('@redis/client');
  return createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: PATIENCE_MS, reconnectStrategy: false },
  });
}

/** HELLO is open to every user, which INFO is not; a proxy that does not know it leads to a single server. */
async function modeOf(client: RedisClient): Promise<string> {
  const answer = await client.sendCommand(['HELLO']).catch(() => []);
  const parts = (answer as unknown[]).map(String);
  return parts[parts.indexOf('mode') + 1] ?? '';
}

/** Never with the URL in it, as Node's own error has it: it may hold a password. */
function whatIsWrongWith(url: string): string | null {
  try {
    newClient(url);
    return null;
  } catch (error) {
    return reasonOf(error);
  }
}

function destroy(client: RedisClient): void {
  if (client.isOpen) client.destroy();
}

/** It answers, but it is not (or no longer) a server to work with; Redis 6 wraps what a script met. */
const isOutOfUse = (error: unknown): boolean =>
  error instanceof Error && /(^|-)(READONLY|LOADING|MASTERDOWN|NOAUTH)\b/.test(error.message);

/** Of several addresses that refuse, Node tells in a code alone. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.message || (error as NodeJS.ErrnoException).code || error.name;
}

class TookTooLong extends Error {
  constructor(deadline: number) {
    super(`Redis has not answered within ${deadline} ms`);
  }
}

async function within<T>(deadline: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(deadline)), deadline);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined); // it may still fail, when nobody waits for it any more
  }
}
