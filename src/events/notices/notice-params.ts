/** Its view is `notices/<subject>`. */
export type NoticeSubject =
  'password-changed' | 'password-reset' | 'new-device' | 'stolen-device' | 'account-locked';

export const NOTICE = 'notice';

/** A notice's parameters in the outbox. */
export interface NoticeParams {
  userId: number;
  subject: NoticeSubject;
  /** The time of the event, in milliseconds since 1970. */
  at: number;
  /** The client address, if known. */
  ip: string | null;
  userAgent: string | null;
}
