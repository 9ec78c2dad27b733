import type { Clock } from '../options/clock';

/** How long to cache the result, because a server may be replaced. */
const KNOWN_FOR_MS = 10 * 60_000;
/** Short, because a sign-up waits for it. */
const TIMEOUT_MS = 2_000;

interface Transport {
  options: object;
}

/** nodemailer's parsed EHLO response. Without the list, assume no extensions. */
interface Greeted {
  _supportedExtensions?: string[];
}

/** Whether the mail server offers SMTPUTF8. Concurrent requests share one check. */
export class SmtpUtf8 {
  private asking: Promise<boolean> | undefined;
  private known: { isOffered: boolean; until: number } | undefined;

  constructor(
    private readonly transport: Transport,
    private readonly clock: Clock,
  ) {}

  /** @throws Error if the server does not answer. */
  isOffered(): Promise<boolean> {
    if (this.known && this.clock.now() < this.known.until) return Promise.resolve(this.known.isOffered);
    this.asking ??= this.ask().finally(() => (this.asking = undefined));
    return this.asking;
  }

  private async ask(): Promise<boolean> {
    const { default: SmtpConnection } =
      require('nodemailer/lib/smtp-connection') as typeof import('nodemailer/lib/smtp-connection');
    const connection = new SmtpConnection({ ...this.transport.options, connectionTimeout: TIMEOUT_MS });
    const timer = setTimeout(() => connection.emit('error', new Error('took too long')), TIMEOUT_MS);
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
      connection.on('error', () => undefined); // ignore later errors of this connection
      connection.close();
    }
  }
}
