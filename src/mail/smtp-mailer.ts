import { Injectable } from '@nestjs/common';
import { optionalPackage } from '../options/optional-package';
import { Clock } from '../options/clock';
import { isLoopback } from '../options/origins';
import { Settings } from '../options/settings';
import { type Mail, Mailer, MailRefused } from './mailer';
import { messageOf } from './mail-message';
import { SmtpUtf8 } from './smtp-utf8';

/** Milliseconds. With nodemailer's defaults an attempt could take ten minutes. */
const TIMEOUTS = {
  dnsTimeout: 10_000,
  connectionTimeout: 10_000,
  greetingTimeout: 10_000,
  socketTimeout: 30_000,
};

/** Checks the local part only: nodemailer converts the domain to A-labels if possible. */
const needsSmtpUtf8 = (address: string): boolean => /[^!-~]/.test(address.slice(0, address.lastIndexOf('@')));

/** The fields of nodemailer's errors. */
interface SmtpError {
  code?: string;
  command?: string;
  responseCode?: number;
}

/** Sends each mail through the server of SMTP_URL, over TLS if the server offers it. */
@Injectable()
export class SmtpMailer extends Mailer {
  private readonly transport;
  private readonly utf8: SmtpUtf8;

  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {
    super();
    // Loaded only when used, so a start without SMTP does not wait for it.
    const { createTransport } = optionalPackage(
      'nodemailer',
      'SMTP_URL',
      () => require('nodemailer') as typeof import('nodemailer'),
    );
    const url = new URL(String(settings.smtpUrl));
    const options = {
      url: url.href,
      // Mails contain log-in links, so an eavesdropper could log in. `?requireTLS=false` in the URL marks a
      // safe network.
      requireTLS: settings.isProduction && !isLoopback(url.hostname),
      ...TIMEOUTS,
      disableFileAccess: true,
      disableUrlAccess: true,
    };
    this.transport = createTransport(options);
    this.utf8 = new SmtpUtf8(this.transport, clock);
  }

  async send(mail: Mail, signal: AbortSignal): Promise<void> {
    const message = messageOf(mail, this.settings, this.clock);
    // nodemailer would send it without the extension, and a later server could alter the address.
    if (needsSmtpUtf8(message.to) && !(await this.utf8.isOffered().catch(rethrowRedacted)))
      throw new MailRefused('the server of SMTP_URL does not offer SMTPUTF8, which this address needs');
    await this.transport.sendMail({ ...message, signal }).catch(rethrowRedacted);
  }

  /** Also false while the server does not answer. */
  override takesUnicodeAddresses(): Promise<boolean> {
    return this.utf8.isOffered().catch(() => false);
  }

  async check(): Promise<void> {
    await this.transport.verify().catch(rethrowRedacted);
  }
}

/** Without addresses, text and credentials, which servers repeat in their replies. */
function rethrowRedacted({ code = 'failed', command, responseCode }: SmtpError): never {
  const answer = [code, responseCode, command && `at ${command}`].filter(Boolean).join(' ');
  throw isFinal({ command, responseCode }) ? new MailRefused(`SMTP ${answer}`) : new Error(`SMTP ${answer}`);
}

/** If the recipient or text was rejected. Other rejections (log-in, sender, load) may be temporary. */
function isFinal({ responseCode = 0, command = '' }: SmtpError): boolean {
  return responseCode >= 500 && /^(RCPT TO|DATA)/.test(command);
}
