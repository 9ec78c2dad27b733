/** One plain-text mail to one address. */
export interface Mail {
  /** The address only, without a name. */
  readonly to: string;
  readonly subject: string;
  readonly text: string;
}

/** Provide your own mailer under this token in a global module to replace the built-in one. */
export const MAILER = Symbol('the mailer of the application');

/** The port for sending mail. */
export abstract class Mailer {
  /**
   * Resolves when another system has durably accepted the mail.
   * @param signal aborts on a timeout or shutdown; the mail is retried later.
   * @throws MailRefused if a retry would fail too; after any other error the mail is retried. The message is
   * logged, so it must not contain addresses or credentials.
   */
  abstract send(mail: Mail, signal: AbortSignal): Promise<void>;

  /**
   * Whether it can currently send to an address with letters beyond ASCII before the @ (SMTPUTF8, RFC 6531).
   * By default no.
   */
  takesUnicodeAddresses(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Checks without a mail whether it could send now. @throws Error whose message is the reason. */
  abstract check(): Promise<void>;
}

/** The mail will never be accepted. */
export class MailRefused extends Error {}
