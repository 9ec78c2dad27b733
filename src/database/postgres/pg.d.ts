/** What we use of pg, which brings no types of its own. */
declare module 'pg' {
  /** The protocol's messages, as `Submittable` sends them. */
  interface Connection {
    query(text: string): void;
  }

  /** A statement that takes the server's messages itself. After an error nothing else is called. */
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
    /** @returns a promise of the result of a text, and a submittable as it was given. */
    query(statement: string | Submittable, values?: unknown[]): Promise<unknown> | Submittable;
    end(): Promise<void>;
    on(event: 'notification', listener: OnNotification): this;
    on(event: 'error' | 'end', listener: (error?: Error) => void): this;
    removeAllListeners(event: 'end'): this;
    removeListener(event: 'notification', listener: OnNotification): this;
  }

  interface PoolClient extends Client {
    /** @param destroy closes it, where it must not be used again. */
    release: (destroy?: boolean) => void;
  }

  class Pool {
    /** As given, and what each connection is made with. */
    readonly options: Record<string, unknown>;
    constructor(options: object);
    connect(done: (error?: unknown, client?: PoolClient, release?: PoolClient['release']) => void): void;
    end(done?: (error?: unknown) => void): unknown;
  }
}
