import type { Mail } from './mail';

/**
 * Writes the mails of one kind. Extend it and provide the class in a module: it is found by its type.
 *
 * The outbox keeps only `params`; the text, and any token in it, is made when the mail is about to leave, so that whoever
 * reads the outbox finds nothing that opens anything.
 */
export abstract class MailComposer {
  /** Names its jobs in the outbox and in the log, for example `password-reset`; 64 characters at most. */
  abstract readonly kind: string;

  /**
   * Called for each attempt: a mail that could not be delivered is composed anew.
   * @param params as they were given to `Outbox.add`.
   * @returns null when there is nothing to send (any more).
   */
  abstract compose(params: object): Promise<Mail | null>;
}
