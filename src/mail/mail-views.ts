import { Injectable } from '@nestjs/common';
import { Settings } from '../options/settings';
import { ViewFolders } from '../options/view-folders';
import { Templates } from '../http/templates';
import type { Mail } from './mail';

const FIRST_LINE = /^Subject: (.+)\r?\n\s*/;

/** Renders mails from plain text in `views/mail/`. The first line is `Subject: …`. */
@Injectable()
export class MailViews {
  private templates: Templates | undefined;

  constructor(
    private readonly folders: ViewFolders,
    private readonly settings: Settings,
  ) {}

  /**
   * @param name of a file in `mail/`, without `.hbs`.
   * @param context always includes `baseUrl`. Nothing is escaped, because the text is not HTML.
   * @throws Error if there is no such view or its first line is not a subject.
   */
  render(name: string, context: object): Pick<Mail, 'subject' | 'text'> {
    const { baseUrl, isProduction } = this.settings;
    if (!isProduction) this.templates = undefined; // reload changed files in development
    this.templates ??= new Templates(this.folders.paths, { noEscape: true });
    const written = this.templates.named(`mail/${name}.hbs`)({ baseUrl, ...context });
    const subject = FIRST_LINE.exec(written);
    if (!subject) throw new Error(`The first line of mail/${name}.hbs is no "Subject: …"`);
    return { subject: subject[1], text: written.slice(subject[0].length) };
  }
}
