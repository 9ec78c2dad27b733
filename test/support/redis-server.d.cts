export interface RedisServer {
  port: number;
  url: string;
  freeze(): void;
  thaw(): void;
  /** Kills it at once. */
  stop(): Promise<void>;
}

export function startRedis(
  options?: { port?: number } & Record<string, string | number | string[]>,
): Promise<RedisServer>;
