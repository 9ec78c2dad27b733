import { Injectable } from '@nestjs/common';
import { BasePath } from '../options/base-path';
import { Settings } from '../options/settings';
import { ViewFolders } from '../options/view-folders';
import { CurrentTemplates } from '../http/templates';
import type { Mail } from './mailer';

const FIRST_LINE = /^Subject: (.+)\r?\n\s*/;

/** The texts of mails: plain text in `views/mail/`, whose first line is `Subject: …`. */
@Injectable()
export class MailViews {
  private templates: CurrentTemplates | undefined;

  constructor(
    private readonly folders: ViewFolders,
    private readonly settings: Settings,
    private readonly basePath: BasePath,
  ) {}

  /**
   * @param name of a file below `mail/`, without `.hbs`.
   * @param context `appName`, `baseUrl` and `base`, the address in front of Latchkey's paths, are there in any case. Nothing is escaped: it is no HTML.
   * @throws Error when there is no such view, or its first line is no subject.
   */
  render(name: string, context: object): Pick<Mail, 'subject' | 'text'> {
    const { appName, baseUrl, origin, isProduction } = this.settings;
    this.templates ??= new CurrentTemplates(this.folders.paths, { noEscape: true }, !isProduction);
    const base = origin + this.basePath.path;
    const written = this.templates.get().named(`mail/${name}.hbs`)({ appName, baseUrl, base, ...context });
    const subject = FIRST_LINE.exec(written);
    if (!subject) throw new Error(`The first line of mail/${name}.hbs is no "Subject: …"`);
    return { subject: subject[1], text: written.slice(subject[0].length) };
  }
}
