import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const MAILS = join(__dirname, '../../views/mail');
const names = readdirSync(MAILS, { recursive: true, encoding: 'utf8' }).filter((name) =>
  name.endsWith('.hbs'),
);

describe('The text of a mail', () => {
  it.each(names)('has a subject, a greeting, and a capital after it: %s', (name) => {
    expect(readFileSync(join(MAILS, name), 'utf8')).toMatch(/^Subject: .+\n\nHello[^\n]*,\n\n[A-Z]/);
  });
});
