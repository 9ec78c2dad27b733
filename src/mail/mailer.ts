import type { Mail } from './mail';

/** Provide a mailer of your own under this token, in a global module, and it takes the place of ours. */
export const MAILER = Symbol('the mailer of the application');

/** The way a mail leaves. A port. */
export abstract class Mailer {
  /**
   * Resolves when somebody else has taken the mail over for good.
   * @param signal aborted when it takes too long or the application stops: the mail is tried again later.
   * @throws MailRefused when another try would fare no better; after any other error the mail is tried again. The message
   * of either is logged: it names no address and no credential.
   */
  abstract send(mail: Mail, signal: AbortSignal): Promise<void>;

  /**
   * Whether a mail can now leave to an address with letters beyond ASCII before the @ (SMTPUTF8, RFC 6531). A mailer that
   * does not say so is not asked to.
   */
  takesUnicodeAddresses(): Promise<boolean> {
    return Promise.resolve(false);
  }

  /** Finds out, without a mail, whether one could leave now. @throws Error whose message says why not. */
  abstract check(): Promise<void>;
}

/** This mail will never be taken. */
export class MailRefused extends Error {}
