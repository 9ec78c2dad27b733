import type { Clock } from '../options/clock';

/** A server may be replaced; it is asked anew. */
const KNOWN_FOR_MS = 10 * 60_000;
/** A sign-up waits for it, once. */
const PATIENCE_MS = 2_000;

interface Transport {
  options: object;
}

/** What a connection of nodemailer has read of the server's answer to EHLO. Where it has no such list: offered is nothing. */
interface Greeted {
  _supportedExtensions?: string[];
}

/** Whether the mail server offers SMTPUTF8. Requests at the same time share one question. */
export class SmtpUtf8 {
  private asking: Promise<boolean> | undefined;
  private known: { isOffered: boolean; until: number } | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  /** @throws Error when the server does not answer. */
  isOffered(): Promise<boolean> {
    if (this.known && this.clock.now() < this.known.until) return Promise.resolve(this.known.isOffered);
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async ask(): Promise<boolean> {
    const { default: SmtpConnection } =
      require('nodemailer/lib/smtp-connection') as typeof import('nodemailer/lib/smtp-connection');
    const connection = new SmtpConnection({ ...this.transport.options, connectionTimeout: PATIENCE_MS });
    const timer = setTimeout(() => connection.emit('error', new Error('took too long')), PATIENCE_MS);
    try {
      await new Promise<void>((resolve, reject) => {
        connection.once('error', reject);
        connection.connect((error) => (error ? reject(error) : resolve()));
      });
      const isOffered = (connection as Greeted)._supportedExtensions?.includes('SMTPUTF8') ?? false;
      this.known = { isOffered, until: this.clock.now() + KNOWN_FOR_MS };
      return isOffered;
    } finally {
      clearTimeout(timer);
      connection.on('error', () => undefined); // of a connection that nobody needs any more
      connection.close();
    }
  }
}
