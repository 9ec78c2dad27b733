import { setTimeout as delay } from 'node:timers/promises';
import { Logger, type OnApplicationShutdown } from '@nestjs/common';
import { createClient } from '@redis/client';

type RedisClient = ReturnType<typeof newClient>;

/** How long a command, or a new connection, may take. */
const PATIENCE_MS = 1_000;
const RETRY_MS = 200;
const START_TRIES = 10;

/**
 * One connection to Redis, replaced whenever it is in doubt. Left alone, a client waits without end for a server that
 * is frozen or whose machine is gone, and stays with a primary that has become a replica after a failover.
 */
export class RedisConnection implements OnApplicationShutdown {
  private readonly logger = new Logger(RedisConnection.name);
  private client: RedisClient | null = null;
  private isClosed = false;

  private constructor(private readonly url: string) {}

  /** @throws Error when Redis cannot be reached after a few tries: it may start together with the application. */
  static async open(url: string): Promise<RedisConnection> {
    const connection = new RedisConnection(url);
    for (let tries = 1; !(await connection.connect()); tries += 1) {
      if (tries === START_TRIES) throw new Error(`Redis does not answer at ${new URL(url).host} (REDIS_URL)`);
      await delay(RETRY_MS);
    }
    return connection;
  }

  /** @throws Error when Redis is away, or has not answered in time: the command may have been carried out or not. */
  async run<T>(command: (client: RedisClient) => Promise<T>): Promise<T> {
    const { client } = this;
    if (!client) throw new Error('Redis is away');
    try {
      return await within(PATIENCE_MS, command(client));
    } catch (error) {
      if (error instanceof TookTooLong || isFromReplica(error)) this.replace(client);
      throw error;
    }
  }

  async answers(): Promise<boolean> {
    const { client } = this;
    if (!client) return false;
    return within(PATIENCE_MS, client.ping()).then(
      () => true,
      () => false,
    );
  }

  onApplicationShutdown(): void {
    this.isClosed = true;
    this.client?.destroy();
  }

  /** @returns whether it is connected now. */
  private async connect(): Promise<boolean> {
    const client = newClient(this.url);
    client.on('error', () => this.replace(client));
    try {
      await within(PATIENCE_MS, client.connect());
    } catch {
      destroy(client);
      return false;
    }
    if (this.isClosed) destroy(client);
    else this.client = client;
    return true;
  }

  /** Whoever notices first: every command that waits for this client fails, and later ones get a new one. */
  private replace(client: RedisClient): void {
    if (this.client !== client) return;
    this.client = null;
    destroy(client);
    if (this.isClosed) return;
    this.logger.error('Redis is away');
    void this.reconnect();
  }

  private async reconnect(): Promise<void> {
    while (!this.isClosed && !(await this.connect())) await delay(RETRY_MS, undefined, { ref: false });
    if (!this.isClosed) this.logger.log('Redis is back');
  }
}

function newClient(url: string) {
  return createClient({
    url,
    disableOfflineQueue: true,
    socket: { connectTimeout: PATIENCE_MS, reconnectStrategy: false },
  });
}

function destroy(client: RedisClient): void {
  if (client.isOpen) client.destroy();
}

const isFromReplica = (error: unknown): boolean =>
  error instanceof Error && /^(READONLY|LOADING|MASTERDOWN)\b/.test(error.message);

class TookTooLong extends Error {
  constructor(patience: number) {
    super(`Redis has not answered within ${patience} ms`);
  }
}

async function within<T>(patience: number, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new TookTooLong(patience)), patience);
  });
  try {
    return await Promise.race([work, tooLong]);
  } finally {
    clearTimeout(timer);
    work.catch(() => undefined); // it may still fail, when nobody waits for it any more
  }
}
