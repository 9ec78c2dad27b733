import pg from 'pg';
import { DatabaseAway } from './database-away';
import { Patience, QUICK_MS } from './patience';

/** The server can be read only. */
const READ_ONLY = '25006';

interface PoolMoves {
  moveOn: () => void;
}

class PatientClient extends pg.Client {
  constructor(private readonly options: PoolMoves) {
    super(options);
  }

  override async query(text: string, values?: unknown[]): Promise<unknown> {
    const begin = performance.now();
    try {
      const result = await Patience.current().waitFor(
        () => super.query(text, values) as Promise<unknown>,
        () => this.leave(),
      );
      if (performance.now() - begin <= QUICK_MS) this.options.moveOn();
      return result;
    } catch (error) {
      // A standby, perhaps, since another server has taken over; where that is, only a new connection finds out.
      if ((error as { code?: string }).code === READ_ONLY) this.leave();
      throw error;
    }
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

class PatientPool extends pg.Pool {
  private readonly waiting: Set<Patience>;

  constructor(options: object) {
    const waiting = new Set<Patience>();
    // A long queue for connections is no reason to give up while the server answers quickly.
    const moveOn = () => {
      for (const patience of waiting) patience.forgive();
    };
    super({ ...options, Client: PatientClient, moveOn });
    this.waiting = waiting;
  }

  /** In the form that TypeORM uses. */
  override connect(done: Connected): void {
    const patience = Patience.current();
    this.waiting.add(patience);
    const connecting = patience.waitFor(
      () => this.connection(patience),
      (late) => void late?.then((client) => client.release()).catch(() => undefined),
    );
    connecting
      .finally(() => this.waiting.delete(patience))
      .then((client) => done(undefined, client, client.release), done);
  }

  private connection(patience: Patience): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      super.connect((error, client) => {
        if (client) resolve(client);
        // The pool knows a fixed time alone.
        else if (isFullPool(error) && patience.left > 0) resolve(this.connection(patience));
        else reject(new DatabaseAway(`No connection to the database: ${String(error)}`, { cause: error }));
      });
    });
  }
}

const isFullPool = (error: unknown): boolean =>
  error instanceof Error && error.message === 'timeout exceeded when trying to connect';

/** pg, whose waiting for a connection and for each answer is limited by the patience of the request. */
export const patientPostgres = { Pool: PatientPool };
