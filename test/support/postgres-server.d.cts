export class PostgresServer {
  static start(settings?: Record<string, string | number>): Promise<PostgresServer>;
  /** Of the superuser. */
  readonly url: string;
  /** The folder of its data. */
  readonly data: string;
  standby(): Promise<PostgresServer>;
  promote(): Promise<void>;
  start(): Promise<void>;
  stop(mode?: 'fast' | 'immediate'): Promise<void>;
  kill(): Promise<void>;
  freeze(): Promise<void>;
  thaw(): void;
  remove(): void;
}
