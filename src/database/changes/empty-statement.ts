import type { Connection, Submittable } from 'pg';

/** Asks a server for nothing but an answer. A text would cost pg a result, and PostgreSQL a transaction. */
export class EmptyStatement implements Submittable {
  /** @param done is called when the server is ready for another statement, or has refused this one or is gone. */
  constructor(private readonly done: (error?: Error) => void) {}

  submit(connection: Connection): void {
    connection.query('');
  }

  handleEmptyQuery(): void {
    // the server tells that it is ready in a message of its own
  }

  handleReadyForQuery(): void {
    this.done();
  }

  handleError(error: Error): void {
    this.done(error);
  }
}
