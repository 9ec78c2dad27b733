import pg from 'pg';
import { DatabaseAway } from './database-away';
import { Patience } from './patience';

/** The server can be read only. */
const READ_ONLY = '25006';

class PatientClient extends pg.Client {
  override async query(text: string, values?: unknown[]): Promise<unknown> {
    try {
      return await Patience.current().waitFor(
        () => super.query(text, values),
        () => this.leave(),
      );
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
  constructor(options: object) {
    super({ ...options, Client: PatientClient });
  }

  /** In the form that TypeORM uses. */
  override connect(done: Connected): void {
    const connecting = Patience.current().waitFor(
      () => this.connection(),
      (late) => void late?.then((client) => client.release()).catch(() => undefined),
    );
    connecting.then((client) => done(undefined, client, client.release), done);
  }

  private connection(): Promise<pg.PoolClient> {
    return new Promise((resolve, reject) => {
      super.connect((error, client) => {
        if (client) resolve(client);
        else reject(new DatabaseAway(`No connection to the database: ${String(error)}`, { cause: error }));
      });
    });
  }
}

/** pg, whose waiting for a connection and for each answer is limited by the patience of the request. */
export const patientPostgres = { Pool: PatientPool };
