import { Injectable, Module } from '@nestjs/common';
import { type Mail, MailComposer, MailModule } from '../../src/index';

/** The content of a test's mail. */
export interface Greeting {
  to: string;
  name?: string;
  subject?: string;
}

/** A mail of an application: a greeting. Without a name it is not sent. */
@Injectable()
export class GreetingMail extends MailComposer {
  readonly kind = 'greeting';
  composed = 0;

  async compose({ to, name, subject = 'A greeting' }: Greeting): Promise<Mail | null> {
    this.composed += 1;
    return name ? { to, subject, text: `Hello ${name}, ${this.composed}\n` } : null;
  }
}

@Module({ imports: [MailModule], providers: [GreetingMail] })
export class GreetingModule {}
