import type { Mail } from './mail';

/**
 * Composes the mails of one kind. Extend it and provide your class in a module; the outbox finds it by its
 * type.
 *
 * The outbox stores only `params`. The text and any token are created just before sending, so an attacker who
 * reads the outbox finds no token.
 */
export abstract class MailComposer {
  /** Identifies its jobs in the outbox and the log, for example `password-reset`; at most 64 characters. */
  abstract readonly kind: string;

  /**
   * Called for each attempt: a retry composes the mail again.
   * @param params as passed to `Outbox.add`.
   * @returns null if there is nothing to send (any more).
   */
  abstract compose(params: object): Promise<Mail | null>;
}
