import pg from 'pg';
import { DatabaseUnavailable } from '../database-unavailable';
import { RequestDeadline, QUICK_MS } from '../request-deadline';
import { Primary } from './primary';

/** The server is read-only. */
const READ_ONLY = '25006';
/** How often to check for a switchover if the old server still accepts writes. */
const LOOK_AGAIN_MS = 2_000;
const MOVED = 'The database is another server now';
/** PgBouncer rejects connections with start-up parameters that it does not know. */
const NO_TIMEOUT = /^unsupported startup parameter: statement_timeout/;

interface PoolMoves extends pg.ClientConfig {
  moveOn: () => void;
  primary: Primary;
}

class DeadlineClient extends pg.Client {
  private epoch: number;

  constructor(private readonly options: PoolMoves) {
    super(options);
    this.epoch = options.primary.epoch;
  }

  /** Whether a new connection would lead to the same server. */
  get isCurrent(): boolean {
    return this.epoch === this.options.primary.epoch;
  }

  /** Call it on a new connection. */
  async findServer(): Promise<void> {
    // Without extending deadlines: a quick new connection does not mean that the queue moves.
    await this.options.primary.inspect({ query: (text: string) => this.inTime(text) });
    this.epoch = this.options.primary.epoch;
  }

  /** With a text and values, as TypeORM calls it. */
  override async query(text: unknown, values?: unknown): Promise<pg.QueryResult> {
    if (!this.isCurrent) {
      this.leave(); // rolls back any open transaction
      throw new DatabaseUnavailable(MOVED);
    }
    const begin = performance.now();
    try {
      const result = await this.inTime(text as string, values as unknown[] | undefined);
      if (performance.now() - begin <= QUICK_MS) this.options.moveOn();
      return result;
    } catch (error) {
      if ((error as { code?: string }).code === READ_ONLY) {
        this.leave();
        this.options.primary.suspectFailover();
      }
      throw error;
    }
  }

  private inTime(text: string, values?: unknown[]): Promise<pg.QueryResult> {
    return RequestDeadline.current().waitFor(
      () => super.query(text, values),
      () => this.leave(),
    );
  }

  /**
   * The abandoned statement may still be running. Close the connection, so that no other request waits behind
   * it or joins its transaction. The pool does not reuse an ended connection.
   */
  private leave(): void {
    void this.end();
  }
}

type Connected = Parameters<pg.Pool['connect']>[0];

export class PostgresPool extends pg.Pool {
  readonly primary: Primary;
  private readonly waiting: Set<RequestDeadline>;
  private looking: NodeJS.Timeout | undefined;
  private isEnding = false;

  constructor(options: object) {
    const waiting = new Set<RequestDeadline>();
    const primary = new Primary();
    // While the server answers quickly, a long queue for connections must not use up the deadlines.
    const moveOn = () => {
      for (const deadline of waiting) deadline.extend();
    };
    // Not `verify`: it calls back twice if the pool times out meanwhile, and loses the second client.
    const onConnect = (client: DeadlineClient) => client.findServer();
    // An object: pg's types know no client class with options of its own.
    super({ ...options, Client: DeadlineClient, moveOn, primary, onConnect } as object);
    this.waiting = waiting;
    this.primary = primary;
  }

  /** @param done is what TypeORM passes. */
  override connect(done?: Connected): Promise<pg.PoolClient> {
    const deadline = RequestDeadline.current();
    this.waiting.add(deadline);
    const connecting = deadline
      .waitFor(
        () => this.connection(deadline),
        (late) => void late?.then((client) => client.release()).catch(() => undefined),
      )
      .finally(() => this.waiting.delete(deadline));
    if (done)
      connecting.then(
        (client) => done(undefined, client, (destroy?: boolean) => client.release(destroy)),
        (error: unknown) => done(error as Error, undefined, () => undefined),
      );
    return connecting;
  }

  /** Checks regularly until it ends where its address leads. */
  watch(): void {
    this.looking = setTimeout(() => void this.lookAgain(), LOOK_AGAIN_MS).unref();
  }

  override async end(done?: () => void): Promise<void> {
    clearTimeout(this.looking);
    this.isEnding = true;
    if (done) super.end(done);
    else await super.end();
  }

  private connection(deadline: RequestDeadline): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      super.connect((error, client) => {
        const isStale = client && !(client as unknown as DeadlineClient).isCurrent;
        if (client && !isStale) {
          resolve(client);
          return;
        }
        client?.release(true);
        if (deadline.left > 0 && (isStale || this.mayTryAgain(error))) resolve(this.connection(deadline));
        else
          reject(
            new DatabaseUnavailable(`No connection to the database: ${reasonOf(error)}`, { cause: error }),
          );
      });
    });
  }

  private mayTryAgain(error: unknown): boolean {
    const { message } = error as Error;
    // The request's deadline still limits a statement.
    if (NO_TIMEOUT.test(message)) return Reflect.deleteProperty(this.options, 'statement_timeout');
    return message === 'timeout exceeded when trying to connect'; // The pool only supports a fixed timeout.
  }

  /** The address may lead to another server by now, which open connections do not notice. */
  private async lookAgain(): Promise<void> {
    try {
      await this.lookByNewConnection();
    } catch {
      // A request that needs a new connection will report it.
    }
    if (!this.isEnding) this.watch();
  }

  private async lookByNewConnection(): Promise<void> {
    const { password } = this.options; // not enumerable in a pool's options
    const limits = { connectionTimeoutMillis: LOOK_AGAIN_MS / 2, query_timeout: LOOK_AGAIN_MS / 2 };
    const client = new pg.Client({ ...this.options, password, ...limits });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await this.primary.inspect(client);
    } finally {
      void client.end(); // may never resolve for an ended client
    }
  }
}

/** Without an error, the connection led to a former server. */
const reasonOf = (error: unknown): string => (error ? (error as Error).message : MOVED);

/** pg with the request's deadline for connecting and for each statement. */
export const postgresDriver = { Pool: PostgresPool };
