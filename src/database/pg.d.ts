/** What we use of pg, which brings no types of its own. */
declare module 'pg' {
  class Client {
    constructor(options: object);
    query(text: string, values?: unknown[]): Promise<unknown>;
    end(): Promise<void>;
  }

  interface PoolClient extends Client {
    release: () => void;
  }

  class Pool {
    constructor(options: object);
    connect(done: (error?: unknown, client?: PoolClient, release?: () => void) => void): void;
  }
}
