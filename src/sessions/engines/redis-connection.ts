import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { optionalPackage } from '../../options/optional-package';
import { SettingsError } from '../../options/load-settings';
import { RequestDeadline } from '../../database/request-deadline';

type RedisClient = ReturnType<typeof newClient>;

/** Timeout of a command and of a new connection. */
const TIMEOUT_MS = 1_000;
const RETRY_MS = 200;
const START_TIMEOUT_MS = 4_000;

/** The readiness check writes this key: replicas and a full Redis accept reads but refuse writes. */
const PROBE = { name: 'ready', expiry: { type: 'PX', value: 1_000 } } as const;
/** A cluster node refuses most keys and a sentinel refuses all. */
const UNFIT: Record<string, string> = {
  cluster:
    'it is a node of a cluster, which Latchkey does not support; use one primary, with replicas or a managed failover',
  sentinel:
    'it is a sentinel, which keeps no data; use an address that leads to the primary, also after a failover',
};

/**
 * One connection to Redis, replaced as soon as it fails. By itself, the client would wait forever for a
 * frozen server, and would stay with a primary that has become a replica after a failover.
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
   * @throws SettingsError if Redis is not usable within a few seconds; it may be starting together with the
   * application.
   */
  static async open(url: string, prefix: string): Promise<RedisConnection> {
    const unreadable = whatIsWrongWith(url);
    if (unreadable !== null) throw new SettingsError([`REDIS_URL cannot be read: ${unreadable}`]);
    const connection = new RedisConnection(url, prefix);
    const deadline = performance.now() + START_TIMEOUT_MS;
    for (;;) {
      const failure = await connection.connect();
      if (failure === null) return connection;
      if (performance.now() > deadline || Object.values(UNFIT).includes(failure))
        throw new SettingsError([`REDIS_URL: Redis at ${new URL(url).host} fails: ${failure}`]);
      await delay(RETRY_MS);
    }
  }

  /**
   * @throws Error if Redis is unavailable or the command times out; Redis may have executed it all the same.
   */
  async run<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    const { client } = this;
    if (!client) throw new Error('Redis is away');
    const deadline = RequestDeadline.current(); // shared with the database: all waits of a request count
    const limit = Math.min(TIMEOUT_MS, deadline.left);
    try {
      return await deadline.track(within(limit, command(client)));
    } catch (error) {
      const isHanging = error instanceof TookTooLong && limit === TIMEOUT_MS;
      if (isHanging || isOutOfUse(error)) this.replace(client, error);
      throw error;
    }
  }

  /** Adds the prefix to a key. */
  key(name: string): string {
    return this.prefix + name;
  }

  /** Whether it accepts a write now. */
  ping(): Promise<boolean> {
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

  /** @returns why it failed, or null when connected. */
  private async connect(): Promise<string | null> {
    const client = newClient(this.url);
    client.on('error', (error) => this.replace(client, error));
    try {
      // Ping: a server that is loading its data or needs another password still accepts connections.
      await within(
        TIMEOUT_MS,
        client.connect().then(() => client.ping()),
      );
      const unfit = UNFIT[await within(TIMEOUT_MS, modeOf(client))];
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
    // The old connection may still answer its pending commands.
    if (former) setTimeout(() => destroy(former), TIMEOUT_MS).unref();
    if (this.isClosed) destroy(client);
    return null;
  }

  /**
   * Drops a server that does not answer, which fails its pending commands, and reconnects in the background.
   */
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
    // A replica can still answer until then, and a new connection may lead to the same replica.
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
  // Loaded only when used: it takes a tenth of the start-up time.
  const { createClient } = optionalPackage(
    '@redis/client',
    'SESSION_STORE=redis',
    () => require('@redis/client') as typeof import('@redis/client'),
  );
  return createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: TIMEOUT_MS, reconnectStrategy: false },
  });
}

/** HELLO, because INFO needs a permission. A proxy that does not know it counts as a single server. */
async function modeOf(client: RedisClient): Promise<string> {
  const hello = await client.sendCommand(['HELLO']).catch(() => []);
  const parts = (hello as unknown[]).map(String);
  return parts[parts.indexOf('mode') + 1] ?? '';
}

/** Without the URL, which Node's own error contains: it may hold a password. */
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

/** It answers but does not accept work (any more). Redis 6 wraps the errors of scripts. */
const isOutOfUse = (error: unknown): boolean =>
  error instanceof Error && /(^|-)(READONLY|LOADING|MASTERDOWN|NOAUTH)\b/.test(error.message);

/** If several addresses refuse, Node's error has an empty message and only a code. */
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
    work.catch(() => undefined); // it may still fail after the timeout
  }
}
