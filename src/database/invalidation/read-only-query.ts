import type { Connection, Submittable } from 'pg';

/**
 * Asks a server whether it can only be read. Without a snapshot, a parameter or a result of pg's own it costs little
 * more than an empty statement.
 */
export class ReadOnlyQuery implements Submittable {
  private isReadOnly = true;

  /** @param done is called when the server is ready for another statement, or has refused this one or is gone. */
  constructor(private readonly done: (error: Error | null, isReadOnly: boolean) => void) {}

  submit(connection: Connection): void {
    connection.query('SHOW transaction_read_only');
  }

  handleRowDescription(): void {
    // one column of text
  }

  handleDataRow({ fields: [answer] }: { fields: [Buffer | string | null] }): void {
    this.isReadOnly = String(answer) !== 'off';
  }

  handleCommandComplete(): void {
    // the server tells that it is ready in a message of its own
  }

  handleReadyForQuery(): void {
    this.done(null, this.isReadOnly);
  }

  handleError(error: Error): void {
    this.done(error, true);
  }
}
