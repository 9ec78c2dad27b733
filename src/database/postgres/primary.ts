import { Logger } from '@nestjs/common';

/** Connections to a server that can only be read are replaced once in this time, not by every request. */
const PAUSE_MS = 500;

/** Names the server that a connection leads to: no two start in the same microsecond. Any role may ask. */
const WHICH_SERVER = `SELECT extract(epoch FROM pg_postmaster_start_time())::text AS server,
  current_setting('transaction_read_only') AS read_only`;

/** What `WHICH_SERVER` answers. A standby is read-only, too. */
interface Found {
  server: string;
  read_only: 'on' | 'off';
}

export interface Asked {
  query(text: string): unknown;
}

/**
 * The server that the database's address leads to. Connections outlive a switchover: those that were open go on with
 * the former server, which knows nothing of the log-outs that the new one has confirmed. They count no more as soon
 * as a new connection leads elsewhere, or as one says that it can only be read.
 */
export class Primary {
  /** Raised when the connections of before must not be used any more. */
  epoch = 0;
  private readonly logger = new Logger(Primary.name);
  private readonly listeners = new Set<() => void>();
  private server: string | undefined;
  private doubtedAt = -Infinity;

  /** @param left is called whenever connections must be replaced. */
  onMove(left: () => void): void {
    this.listeners.add(left);
  }

  /** Asks a connection that has just been made. @returns whether its server can be written to. */
  async look(connection: Asked): Promise<boolean> {
    const { rows } = (await connection.query(WHICH_SERVER)) as { rows: [Found] };
    const [{ server, read_only }] = rows;
    // One that cannot be written to yet is nobody's successor.
    if (read_only === 'on') return false;
    if (this.server !== undefined && this.server !== server) {
      this.logger.warn('DATABASE_URL leads to another server now: all connections are replaced');
      this.move();
    }
    this.server = server;
    return true;
  }

  /** A connection can only be read: another server may have taken over, and only new connections lead there. */
  doubt(): void {
    const now = performance.now();
    if (now - this.doubtedAt < PAUSE_MS) return;
    this.doubtedAt = now;
    this.move();
  }

  private move(): void {
    this.epoch += 1;
    for (const left of this.listeners) left();
  }
}
