/** The part of pg that this project uses. pg has no types. */
declare module 'pg' {
  /** The protocol's messages, as `Submittable` sends them. */
  interface Connection {
    query(text: string): void;
  }

  /** A statement that handles the server's messages itself. After an error pg calls no other method. */
  interface Submittable {
    submit(connection: Connection): void;
    handleRowDescription(): void;
    handleDataRow(row: { fields: [Buffer | string | null] }): void;
    handleCommandComplete(): void;
    handleReadyForQuery(): void;
    handleError(error: Error): void;
  }

  type OnNotification = (notification: { payload?: string }) => void;

  class Client {
    constructor(options: object);
    connect(): Promise<void>;
    /** @returns a promise of the result for a text, and a submittable unchanged. */
    query(statement: string | Submittable, values?: unknown[]): Promise<unknown> | Submittable;
    end(): Promise<void>;
    on(event: 'notification', listener: OnNotification): this;
    on(event: 'error' | 'end', listener: (error?: Error) => void): this;
    removeAllListeners(event: 'end'): this;
    removeListener(event: 'notification', listener: OnNotification): this;
  }

  interface PoolClient extends Client {
    /** @param destroy closes it instead of reusing it. */
    release: (destroy?: boolean) => void;
  }

  class Pool {
    /** As given; the options of each connection. */
    readonly options: Record<string, unknown>;
    constructor(options: object);
    connect(done: (error?: unknown, client?: PoolClient, release?: PoolClient['release']) => void): void;
    end(done?: (error?: unknown) => void): unknown;
  }
}
