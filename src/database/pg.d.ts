/** What we use of pg, which brings no types of its own. */
declare module 'pg' {
  class Client {
    constructor(options: object);
    connect(): Promise<void>;
    query(text: string, values?: unknown[]): Promise<unknown>;
    end(): Promise<void>;
    on(event: 'notification', listener: (notification: { payload?: string }) => void): this;
    on(event: 'error' | 'end', listener: (error?: Error) => void): this;
    removeAllListeners(event: 'end'): this;
  }

  interface PoolClient extends Client {
    release: () => void;
  }

  class Pool {
    constructor(options: object);
    connect(done: (error?: unknown, client?: PoolClient, release?: () => void) => void): void;
  }
}
