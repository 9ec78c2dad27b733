/** What a notice tells of: the name of its view is `notices/` and this. */
export type NoticeSubject =
  'password-changed' | 'password-reset' | 'new-device' | 'stolen-device' | 'account-locked';

export const NOTICE = 'notice';

/** A notice in the outbox. */
export interface NoticeParams {
  userId: number;
  subject: NoticeSubject;
  /** When it happened: milliseconds since 1970. */
  at: number;
  /** Where it came from, as far as that is known. */
  ip: string | null;
  userAgent: string | null;
}
