import assert from 'node:assert/strict';
import { type Mail, type Mailer, MailRefused } from '../mail/mailer';
import { type ContractCase, contractOf } from './contract';

/** A mailer to test, with the mails that have left it. */
export interface MailerUnderContract {
  mailer: Mailer;
  /** The mails that the other system has accepted, oldest first, decoded, without an added line end. */
  accepted(): Promise<Mail[]>;
}

const MAIL: Mail = { to: 'ada@example.com', subject: 'Your invoice', text: 'Hello Zoë,\n\n42 is due.' };
const never = () => new AbortController().signal;

/**
 * The contract for every mailer whose other system answers. Run each case with any test runner.
 * @example for (const { name, check } of mailerContract) it(name, () => check(openMyMailer()));
 */
export const mailerContract: ContractCase<MailerUnderContract>[] = contractOf({
  async 'resolves when the mail is accepted, as it was written'({ mailer, accepted }) {
    await mailer.send(MAIL, never());
    assert.deepEqual(await accepted(), [MAIL]);
  },

  async 'sends each mail once, in order'({ mailer, accepted }) {
    for (const subject of ['One', 'Two']) await mailer.send({ ...MAIL, subject }, never());
    assert.deepEqual(
      (await accepted()).map(({ subject }) => subject),
      ['One', 'Two'],
    );
  },

  async 'refuses for good what is not exactly one address, without naming it'({ mailer, accepted }) {
    for (const to of ['', 'ada', 'a@example.com, b@example.com', 'a@example.com\r\nBcc: b@example.com']) {
      await assert.rejects(mailer.send({ ...MAIL, to }, never()), (error: Error) => {
        assert.ok(error instanceof MailRefused);
        assert.ok(to === '' || !error.message.includes(to));
        return true;
      });
    }
    assert.deepEqual(await accepted(), []);
  },

  async 'lets no subject add a header'({ mailer, accepted }) {
    await mailer.send({ ...MAIL, subject: 'Hello\r\nBcc: eve@example.com' }, never());
    const [{ to, subject }] = await accepted();
    assert.deepEqual([to, /[\r\n]/.test(subject)], [MAIL.to, false]);
  },

  async 'says whether it can send, and to which addresses'({ mailer }) {
    await mailer.check();
    assert.equal(typeof (await mailer.takesUnicodeAddresses()), 'boolean');
  },
});
