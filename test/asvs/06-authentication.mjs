const POLICY = 'src/auth/passwords/password-policy.spec.ts';
const NEW = 'test/auth/new-passwords.e2e-spec.ts';
const CHANGE = 'test/account/password.e2e-spec.ts';
const NOTICES = 'test/mail/notices.e2e-spec.ts';
const RESET = 'test/auth/password-reset.e2e-spec.ts';
const TOKENS = 'test/tokens/tokens.e2e-spec.ts';

export default [
  {
    id: '6.1.1',
    claim:
      'A page explains what is counted, how long the wait is, how to configure it, and why an attacker cannot lock a user out.',
    pages: ['docs/throttling.md#throttling', 'docs/throttling.md#known-devices'],
  },
  {
    id: '6.1.2',
    claim:
      'A page lists which words a password may not contain: the name, the e-mail address, the name of the application.',
    pages: ['docs/accounts.md#passwords'],
  },
  {
    id: '6.1.3',
    claim: 'A page lists all ways to log in and what protects each.',
    pages: ['docs/accounts.md#ways-in'],
  },
  {
    id: '6.2.1',
    claim: 'A new password has at least 8 characters, or more if configured.',
    tests: [
      `${POLICY}: may not be shorter than 8 characters`,
      `${POLICY}: must be as long as PASSWORD_MIN_LENGTH says`,
      `${NEW}: is refused together with the errors of the other fields`,
      `${CHANGE}: is refused for a new one that is too short`,
    ],
  },
  {
    id: '6.2.2',
    claim: 'Users can change their password, on a page and by the API.',
    tests: [`${CHANGE}: makes the new password the only one that logs in`],
    pages: ['docs/accounts.md#a-new-password'],
  },
  {
    id: '6.2.3',
    claim: 'A change always asks for the current password and the new one.',
    tests: [
      `${CHANGE}: is refused for a wrong current password`,
      `${CHANGE}: is refused for no current password`,
      `${CHANGE}: is refused for a missing current password however recent the log-in is, and for an unknown field`,
    ],
  },
  {
    id: '6.2.4',
    claim: 'None of 49,233 common passwords can be chosen, at sign-up or at a change.',
    tests: [
      `${POLICY}: may be none of the common passwords that it could be by its length`,
      `${NEW}: is refused at sign-up when it is "password1"`,
      `${NEW}: is refused at a change of password when it is "qwertyuiop"`,
    ],
  },
  {
    id: '6.2.5',
    claim: 'There are no rules of composition.',
    tests: [
      `${POLICY}: A password may be "`,
      `${NEW}: may be any that is hard to guess: without capitals or digits, or of 64 emoji`,
    ],
  },
  {
    id: '6.2.6',
    claim: 'A password field hides its text until the user asks to see it.',
    tests: [
      'test/browser/password-fields.browser-spec.ts: shows what is typed in it while a button is pressed, and is hidden again when it is sent',
    ],
  },
  {
    id: '6.2.7',
    claim: 'Passwords can be pasted, and password managers find the fields.',
    tests: [
      'test/browser/password-fields.browser-spec.ts: takes what is pasted, and is marked for password managers',
      `${CHANGE}: has a page linked from the account, and its form works with password managers`,
    ],
  },
  {
    id: '6.2.8',
    claim: 'Every character of a password counts, as typed.',
    tests: [
      'test/contracts/password-hasher.spec.ts: tells passwords apart beyond 72 bytes and behind a NUL',
      'test/contracts/password-hasher.spec.ts: verifies what it has hashed, and nothing else',
      'test/chapter/faults-of-the-chapter.e2e-spec.ts: passwords that share their first 72 bytes are different passwords',
      'test/input/encodings.e2e-spec.ts: is not decoded in a password:',
      `${POLICY}: may not hold half a character`,
    ],
  },
  {
    id: '6.2.9',
    claim: 'A password may have 128 characters, emoji included.',
    tests: [`${NEW}: or of 64 emoji`, `${POLICY}: may not be longer than 128 characters`],
  },
  {
    id: '6.2.10',
    claim: 'A password never expires.',
    pages: ['docs/accounts.md#passwords'],
  },
  {
    id: '6.2.11',
    claim: 'The documented context words are refused in new passwords.',
    tests: [
      `${POLICY}: may not hold the name of its user`,
      `${NEW}: is refused at sign-up when it is "my latchkey is here"`,
      `${NEW}: is refused at sign-up when it is "one of grace-hopper"`,
    ],
  },
  {
    id: '6.2.12',
    claim: 'New passwords are checked against common leaked passwords, without any request to the network.',
    tests: [
      `${POLICY}: may be none of the common passwords that it could be by its length`,
      `${POLICY}: may not be one that is tried early`,
      `${NEW}: is refused at sign-up when it is`,
    ],
  },
  {
    id: '6.3.1',
    claim:
      'Guesses are throttled as documented: at most 100 in a row for an account, wherever they come from.',
    tests: [
      'test/throttling/accounts.e2e-spec.ts: are verified 100 times at most, and the devices of its user can still log in',
      'test/throttling/guesses.e2e-spec.ts: are free five times; then each failure doubles the wait',
      'test/throttling/shared-counts.e2e-spec.ts: are shared by all instances',
      'test/throttling/shared-counts.e2e-spec.ts: survive a restart',
      'test/scanners/hydra.scanner-spec.ts: does not reach the 31st password, while the owner can log in on a known device',
    ],
  },
  {
    id: '6.3.2',
    claim: 'The application has no default accounts.',
    tests: [
      'test/auth/no-default-accounts.e2e-spec.ts: has no users, and refuses common default credentials',
    ],
  },
  {
    id: '6.3.3',
    claim:
      'There is one factor so far; a page explains why, what compensates for it, and where it is not enough.',
    pages: ['docs/security.md#one-factor'],
  },
  {
    id: '6.3.4',
    claim: 'All ways to log in are documented and share the same counters.',
    tests: [
      'test/throttling/guesses.e2e-spec.ts: get the time of the next attempt: in the log-in form with its name, and as a problem',
      'test/throttling/current-passwords.e2e-spec.ts: shares its counter with the log-in',
      'test/account/reauthenticate.e2e-spec.ts: is throttled together with the log-in: five attempts, then a wait',
      'test/access/closed-by-default.e2e-spec.ts: is in the list of public ones, or closed',
    ],
    pages: ['docs/accounts.md#ways-in'],
  },
  {
    id: '6.3.5',
    claim:
      'Users are notified by mail of a log-in on a new device, of guesses that locked their account, and of a copied cookie.',
    tests: [
      `${NOTICES}: reports a log-in on a new device`,
      `${NOTICES}: reports a lock`,
      `${NOTICES}: reports a replayed remember-me cookie`,
    ],
  },
  {
    id: '6.3.6',
    claim: 'No link in a mail logs in.',
    tests: [`${RESET}: is replaced by a mailed link on the pages, without a log-in`],
    pages: ['docs/accounts.md#ways-in'],
  },
  {
    id: '6.3.7',
    claim: 'Users are notified by mail of a new password and how it was set.',
    tests: [`${NOTICES}: reports a changed password`, `${NOTICES}: reports a password that was reset`],
  },
  {
    id: '6.3.8',
    claim:
      'Neither the response of a log-in nor its time reveals whether an account exists; sign-up reveals it at a limited rate.',
    tests: [
      'test/chapter/signup-login-logout.e2e-spec.ts: a wrong password and an unknown user, byte for byte',
      'test/auth/disabled-users.e2e-spec.ts: gets exactly the response to a wrong password from log-in',
      'test/auth/disabled-users.e2e-spec.ts: costs a log-in one verification and no new hash, like a wrong password',
      'src/auth/passwords/bcrypt-password-hasher.spec.ts: takes as long to refuse whatever is stored',
      'test/throttling/guesses.e2e-spec.ts: get the same responses for an unknown name',
      'test/throttling/sources.e2e-spec.ts: is limited to 100 sign-ups in 10 minutes, whether or not the name is taken',
    ],
    pages: ['docs/security.md#what-is-defended-and-how'],
  },
  {
    id: '6.4.1',
    claim:
      'The application chooses no password for a user. Mailed tokens are random, single-use and short-lived.',
    tests: [`${TOKENS}: is 256 random bits`, `${TOKENS}: is used once`, `${TOKENS}: expires`],
    pages: ['docs/accounts.md#ways-in'],
  },
  {
    id: '6.4.2',
    claim: 'There are no hints and no secret questions: no field of the API contains one.',
    tests: ['test/api/documented-input.spec.ts: docs/input.md says what'],
    pages: ['docs/input.md#fields', 'docs/security.md#one-factor'],
  },
  {
    id: '6.4.3',
    claim:
      'A forgotten password is replaced by a mailed link, which works once and for 20 minutes, ends every session and does not log in.',
    tests: [
      `${RESET}: is replaced by a mailed link on the pages, without a log-in`,
      `${RESET}: ends every session and remembered device when it is reset, the current one too`,
      `${RESET}: is set once by 25 concurrent uses of one link on two instances`,
      `${RESET}: gets the same response, byte for byte, whether or not an account has the address`,
      `${RESET}: leaves no token in the database`,
    ],
  },
  {
    id: '6.4.4',
    claim: 'There is no second factor yet that could be lost.',
    pages: ['docs/security.md#one-factor'],
  },
  {
    id: '6.5.1',
    claim: 'A mailed token works once, also for many concurrent requests.',
    tests: [
      `${TOKENS}: is used once`,
      `${TOKENS}: is used by one of 25 concurrent requests on two instances`,
    ],
  },
  {
    id: '6.5.2',
    claim: 'A mailed token has 256 bits, and only its SHA-256 is stored.',
    tests: [`${TOKENS}: is stored only as SHA-256`],
  },
  {
    id: '6.5.3',
    claim: 'A mailed token is random.',
    tests: [`${TOKENS}: is 256 random bits`],
  },
  {
    id: '6.5.4',
    claim: 'A mailed token has 256 bits.',
    tests: [`${TOKENS}: is 256 random bits`],
  },
  {
    id: '6.5.5',
    claim: 'No log-in uses a code. Recovery links expire after a time that is set where they are created.',
    tests: [`${TOKENS}: expires`],
    pages: ['docs/security.md#one-factor'],
  },
  {
    id: '6.5.6',
    claim: 'A remembered device, the only other way to log in, can be revoked from another device.',
    tests: [
      'test/auth/remember-me.e2e-spec.ts: is revoked when its owner ends it from another device',
      `${CHANGE}: ends every remembered device except this one, which gets a new token (`,
    ],
  },
  {
    id: '6.5.8',
    claim: 'The server’s clock decides every expiry.',
    tests: [
      `${TOKENS}: expires`,
      'test/sessions/time-limits.e2e-spec.ts: end it after 30 minutes without a request, even if the browser still sends its cookie',
    ],
  },
  {
    id: '6.6.2',
    claim: 'A mailed token works only for its user and purpose, and a newer one replaces it.',
    tests: [
      `${TOKENS}: does nothing for another purpose`,
      `${TOKENS}: replaces only the previous one of the same user and purpose`,
    ],
  },
  {
    id: '6.6.3',
    claim: 'A mailed token has 256 bits: too many to guess at any rate.',
    tests: [`${TOKENS}: is 256 random bits`],
  },
];
