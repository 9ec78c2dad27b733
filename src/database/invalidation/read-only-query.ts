import type { Connection, Submittable } from 'pg';

/**
 * Asks whether the server is read-only. Without pg's result handling, parameters or a snapshot, it costs
 * little more than an empty statement.
 */
export class ReadOnlyQuery implements Submittable {
  private isReadOnly = true;

  /**
   * @param done is called when the server is ready for another statement, or on an error or a lost
   * connection.
   */
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
    // the server reports readiness in a separate message
  }

  handleReadyForQuery(): void {
    this.done(null, this.isReadOnly);
  }

  handleError(error: Error): void {
    this.done(error, true);
  }
}
