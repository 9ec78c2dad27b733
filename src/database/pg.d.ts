/** What we use of pg, which brings no types of its own. */
declare module 'pg' {
  /** The protocol's messages, as `Submittable` sends them. */
  interface Connection {
    query(text: string): void;
  }

  /** A statement that takes the server's messages itself. After an error nothing else is called. */
  interface Submittable {
    submit(connection: Connection): void;
    handleEmptyQuery(): void;
    handleReadyForQuery(): void;
    handleError(error: Error): void;
  }

  class Client {
    constructor(options: object);
    connect(): Promise<void>;
    /** @returns a promise of the result of a text, and a submittable as it was given. */
    query(statement: string | Submittable, values?: unknown[]): Promise<unknown> | Submittable;
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
