import { Injectable, Module } from '@nestjs/common';
import { type Mail, MailComposer, MailModule } from '../../src/index';

/** What a test wants a mail to say. */
export interface Greeting {
  to: string;
  name?: string;
  subject?: string;
}

/** A company's own mail: it greets. Without a name there is nobody to greet. */
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
