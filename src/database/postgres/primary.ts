import { Logger } from '@nestjs/common';

/** Replace connections to a read-only server at most this often, not once per request. */
const PAUSE_MS = 500;

/** Identifies the server of a connection: no two start in the same microsecond. Any role may run it. */
const WHICH_SERVER = `SELECT extract(epoch FROM pg_postmaster_start_time())::text AS server,
  current_setting('transaction_read_only') AS read_only`;

/** The result of `WHICH_SERVER`. A standby is read-only too. */
interface Found {
  server: string;
  read_only: 'on' | 'off';
}

export interface Asked {
  query(text: string): unknown;
}

/**
 * The server that the database's address leads to. After a switchover, open connections stay with the old
 * server, which does not know the log-outs on the new one. They become invalid as soon as a new connection
 * leads elsewhere, or one turns out to be read-only.
 */
export class Primary {
  /** Incremented when older connections must no longer be used. */
  epoch = 0;
  private readonly logger = new Logger(Primary.name);
  private readonly listeners = new Set<() => void>();
  private server: string | undefined;
  private doubtedAt = -Infinity;

  /** @param left is called whenever connections must be replaced. */
  onMove(left: () => void): void {
    this.listeners.add(left);
  }

  /** Examines a new connection. @returns whether its server accepts writes. */
  async inspect(connection: Asked): Promise<boolean> {
    const { rows } = (await connection.query(WHICH_SERVER)) as { rows: [Found] };
    const [{ server, read_only }] = rows;
    // A server that does not accept writes yet is no successor.
    if (read_only === 'on') return false;
    if (this.server !== undefined && this.server !== server) {
      this.logger.warn('DATABASE_URL leads to another server now: all connections are replaced');
      this.move();
    }
    this.server = server;
    return true;
  }

  /** A connection is read-only: another server may have taken over, and only new connections lead there. */
  suspectFailover(): void {
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
