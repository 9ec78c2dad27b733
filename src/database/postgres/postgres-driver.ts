import pg from 'pg';
import { DatabaseUnavailable } from '../database-unavailable';
import { RequestDeadline, QUICK_MS } from '../request-deadline';
import { Primary } from './primary';

/** The server can be read only. */
const READ_ONLY = '25006';
/** How long connections can go on with a former server that still takes writes. */
const LOOK_AGAIN_MS = 2_000;
const MOVED = 'The database is another server now';
/** PgBouncer refuses connections that begin with parameters it does not know. */
const NO_TIMEOUT = /^unsupported startup parameter: statement_timeout/;

interface PoolMoves {
  moveOn: () => void;
  primary: Primary;
}

class PatientClient extends pg.Client {
  private epoch: number;

  constructor(private readonly options: PoolMoves) {
    super(options);
    this.epoch = options.primary.epoch;
  }

  /** Whether it leads where a new connection would. */
  get isCurrent(): boolean {
    return this.epoch === this.options.primary.epoch;
  }

  /** To be called when it is new. */
  async findServer(): Promise<void> {
    // That a new connection is quick does not mean that the queue for connections moves on.
    await this.options.primary.look({ query: (text: string) => this.inTime(text) });
    this.epoch = this.options.primary.epoch;
  }

  override async query(text: string, values?: unknown[]): Promise<unknown> {
    if (!this.isCurrent) {
      this.leave(); // with what it has not committed
      throw new DatabaseUnavailable(MOVED);
    }
    const begin = performance.now();
    try {
      const result = await this.inTime(text, values);
      if (performance.now() - begin <= QUICK_MS) this.options.moveOn();
      return result;
    } catch (error) {
      if ((error as { code?: string }).code === READ_ONLY) {
        this.leave();
        this.options.primary.doubt();
      }
      throw error;
    }
  }

  private inTime(text: string, values?: unknown[]): Promise<unknown> {
    return RequestDeadline.current().waitFor(
      () => super.query(text, values) as Promise<unknown>,
      () => this.leave(),
    );
  }

  /**
   * What was given up may still run, and its answer may still come: nobody is to wait behind it, nor to find its
   * transaction open. The pool takes no connection back that has ended.
   */
  private leave(): void {
    void this.end();
  }
}

type Connected = (error?: unknown, client?: pg.PoolClient, release?: pg.PoolClient['release']) => void;

export class PostgresPool extends pg.Pool {
  readonly primary: Primary;
  private readonly waiting: Set<RequestDeadline>;
  private looking: NodeJS.Timeout | undefined;
  private isEnding = false;

  constructor(options: object) {
    const waiting = new Set<RequestDeadline>();
    const primary = new Primary();
    // A long queue for connections is no reason to give up while the server answers quickly.
    const moveOn = () => {
      for (const deadline of waiting) deadline.extend();
    };
    // Not `verify`: it calls back twice where the pool's time is over meanwhile, and the second client is lost.
    const onConnect = (client: PatientClient) => client.findServer();
    super({ ...options, Client: PatientClient, moveOn, primary, onConnect });
    this.waiting = waiting;
    this.primary = primary;
  }

  /** In the form that TypeORM uses. */
  override connect(done: Connected): void {
    const deadline = RequestDeadline.current();
    this.waiting.add(deadline);
    const connecting = deadline.waitFor(
      () => this.connection(deadline),
      (late) => void late?.then((client) => client.release()).catch(() => undefined),
    );
    connecting
      .finally(() => this.waiting.delete(deadline))
      .then((client) => done(undefined, client, client.release), done);
  }

  /** From now on, until it ends, it finds out where its address leads. */
  watch(): void {
    this.looking = setTimeout(() => void this.lookAgain(), LOOK_AGAIN_MS).unref();
  }

  override end(done?: (error?: unknown) => void): unknown {
    clearTimeout(this.looking);
    this.isEnding = true;
    return super.end(done);
  }

  private connection(deadline: RequestDeadline): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      super.connect((error, client) => {
        const isStale = client && !(client as unknown as PatientClient).isCurrent;
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
    // A statement is then limited by the deadline of its request alone.
    if (NO_TIMEOUT.test(message)) return Reflect.deleteProperty(this.options, 'statement_timeout');
    return message === 'timeout exceeded when trying to connect'; // the pool knows a fixed time alone
  }

  /** The address may lead elsewhere by now, which the connections that are open do not notice. */
  private async lookAgain(): Promise<void> {
    try {
      await this.lookByNewConnection();
    } catch {
      // Those who need a new connection will tell.
    }
    if (!this.isEnding) this.watch();
  }

  private async lookByNewConnection(): Promise<void> {
    const { password } = this.options; // which the pool hides from spreading
    const address = { ...this.options, password, connectionTimeoutMillis: LOOK_AGAIN_MS / 2 };
    const client = new pg.Client(address);
    client.on('error', () => undefined);
    const hanging = setTimeout(() => void client.end(), LOOK_AGAIN_MS).unref();
    try {
      await client.connect();
      await this.primary.look(client);
    } finally {
      clearTimeout(hanging);
      void client.end(); // which may not resolve for one that has ended
    }
  }
}

/** Without an error there was a connection, to a former server. */
const reasonOf = (error: unknown): string => (error ? (error as Error).message : MOVED);

/** pg, whose waiting for a connection and for each answer is limited by the deadline of the request. */
export const postgresDriver = { Pool: PostgresPool };
