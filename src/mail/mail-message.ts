import type { Clock } from '../options/clock';
import type { Settings } from '../options/settings';
import { type Mail, MailRefused } from './mailer';

/**
 * Exactly one address, without a name, line breaks or control characters: an attacker could add recipients or
 * headers.
 */
const ONE_ADDRESS = /^[^\s@,;:<>()[\]"\\\p{Cc}]+@[^\s@,;:<>()"\\\p{Cc}]+$/u;
// eslint-disable-next-line no-control-regex -- these are what would begin another header
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u2028\u2029]+/g;

/** The fields that every mailer sends. */
export interface MailMessage {
  from: string;
  to: string;
  subject: string;
  text: string;
  date: Date;
  headers: Record<string, string>;
}

/** @throws MailRefused unless `to` is exactly one address. */
export function messageOf(mail: Mail, settings: Settings, clock: Clock): MailMessage {
  if (mail.to.length > 254 || !ONE_ADDRESS.test(mail.to)) throw new MailRefused('has no valid recipient');
  return {
    from: settings.mailFrom,
    to: mail.to,
    subject: mail.subject.replace(CONTROLS, ' ').trim(),
    text: mail.text,
    date: new Date(clock.now()),
    // Auto-responders must not answer it (RFC 3834).
    headers: { 'Auto-Submitted': 'auto-generated' },
  };
}
