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
      'A page says what is counted, how long one waits, how it is set, and how others are kept from locking a user out.',
    pages: ['docs/throttling.md#throttling', 'docs/throttling.md#known-devices'],
  },
  {
    id: '6.1.2',
    claim:
      'A page says which words a password may not hold: the name, the address, the name of the application.',
    pages: ['docs/accounts.md#passwords'],
  },
  {
    id: '6.1.3',
    claim: 'A page lists all ways in, and what stands behind each.',
    pages: ['docs/accounts.md#ways-in'],
  },
  {
    id: '6.2.1',
    claim: 'A new password has at least 8 characters, or as many more as the setting says.',
    tests: [
      `${POLICY}: may not be shorter than 8 characters`,
      `${POLICY}: must be as long as PASSWORD_MIN_LENGTH says`,
      `${NEW}: is told with what is wrong with the other fields`,
      `${CHANGE}: , beside the field and in the problem; nothing changes`,
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
    claim: 'A change asks for the current password and the new one, always.',
    tests: [
      `${CHANGE}: , beside the field and in the problem; nothing changes`,
      `${CHANGE}: , beside the field and in the problem; nothing changes`,
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
      `${NEW}: may be any that is not guessed early: without capitals or digits, or of 64 emoji`,
    ],
  },
  {
    id: '6.2.6',
    claim: 'What is typed into a password field is hidden, until its user asks to see it.',
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
    claim: 'Every character of a password counts, as it was typed.',
    tests: [
      'src/auth/passwords/bcrypt-password-hasher.spec.ts: tells passwords apart beyond 72 bytes and behind a NUL',
      'src/auth/passwords/bcrypt-password-hasher.spec.ts: verifies what it has hashed, and nothing else',
      'test/chapter/faults-of-the-chapter.e2e-spec.ts: passwords that share their first 72 bytes are different passwords',
      'test/input/encodings.e2e-spec.ts: is no other spelling of a password',
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
    claim: 'The words that a page lists are refused in new passwords.',
    tests: [
      `${POLICY}: may not hold the name of its user`,
      `${NEW}: is refused at sign-up when it is "my latchkey is here"`,
      `${NEW}: is refused at sign-up when it is "one of grace-hopper"`,
    ],
  },
  {
    id: '6.2.12',
    claim:
      'New passwords are compared with those that leaks have made common, without asking anybody on the network.',
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
      'test/throttling/accounts.e2e-spec.ts: are looked at 100 times and no more, and the devices of its user still get in',
      'test/throttling/guesses.e2e-spec.ts: are free five times; then each failure doubles the wait',
      'test/throttling/shared-counts.e2e-spec.ts: are shared by instances',
      'test/throttling/shared-counts.e2e-spec.ts: survive a restart',
      'test/scanners/hydra.scanner-spec.ts: does not get to the 31st, while the device of the owner gets in',
    ],
  },
  {
    id: '6.3.2',
    claim: 'No accounts come with the application.',
    tests: [
      'test/auth/no-default-accounts.e2e-spec.ts: has no users, and lets nobody in by a usual name and password',
    ],
  },
  {
    id: '6.3.3',
    claim:
      'There is one factor yet; a page says why, what stands in its place, and where that is not enough.',
    pages: ['docs/security.md#one-factor'],
  },
  {
    id: '6.3.4',
    claim: 'Every way in is documented and has the same counters.',
    tests: [
      'test/throttling/guesses.e2e-spec.ts: are told when to try again: in the log-in form with its name, and as a problem',
      'test/throttling/current-passwords.e2e-spec.ts: is one account with its log-in',
      'test/account/reauthenticate.e2e-spec.ts: is throttled together with the log-in: five attempts, then a wait',
      'test/access/closed-by-default.e2e-spec.ts: is in the list of public ones, or closed',
    ],
    pages: ['docs/accounts.md#ways-in'],
  },
  {
    id: '6.3.5',
    claim:
      'Users are told by mail of a log-in on a new device, of guesses that locked them out, and of a cookie that was copied.',
    tests: [
      `${NOTICES}: tells of a log-in on a new device`,
      `${NOTICES}: tells of a lock`,
      `${NOTICES}: tells of a remember-me cookie that was used twice`,
    ],
  },
  {
    id: '6.3.6',
    claim: 'No mail logs anybody in.',
    tests: [
      `${RESET}: is replaced by a link that is mailed, step by step on the pages, and nobody is logged in`,
    ],
    pages: ['docs/accounts.md#ways-in'],
  },
  {
    id: '6.3.7',
    claim: 'Users are told by mail of a new password, and how it came about.',
    tests: [`${NOTICES}: tells of a changed password`, `${NOTICES}: tells of a password that was reset`],
  },
  {
    id: '6.3.8',
    claim:
      'Who has an account does not show in what a log-in answers or how long it takes; sign-up tells it to few.',
    tests: [
      'test/chapter/signup-login-logout.e2e-spec.ts: a wrong password and an unknown user, byte for byte',
      'test/auth/disabled-users.e2e-spec.ts: gets from log-in exactly the answer to a wrong password',
      'test/auth/disabled-users.e2e-spec.ts: costs log-in one verification and no new hash',
      'src/auth/passwords/bcrypt-password-hasher.spec.ts: takes as long to refuse whatever is stored',
      'test/throttling/guesses.e2e-spec.ts: get the same answers for a name that nobody has',
      'test/throttling/sources.e2e-spec.ts: signs up at most 100 times in 10 minutes, whether or not the name is taken',
    ],
    pages: ['docs/security.md#what-is-defended-and-how'],
  },
  {
    id: '6.4.1',
    claim:
      'The application chooses no password for anybody. What it mails is random, used once, and soon over.',
    tests: [`${TOKENS}: is 256 random bits`, `${TOKENS}: is used once`, `${TOKENS}: is over with its time`],
    pages: ['docs/accounts.md#ways-in'],
  },
  {
    id: '6.4.2',
    claim: 'There are no hints and no secret questions: no field of the API holds one.',
    tests: ['test/source/documented-input.spec.ts: docs/input.md says what'],
    pages: ['docs/input.md#fields', 'docs/security.md#one-factor'],
  },
  {
    id: '6.4.3',
    claim:
      'A forgotten password is replaced by a link that is mailed, works once and for 20 minutes, ends every session and logs nobody in.',
    tests: [
      `${RESET}: is replaced by a link that is mailed, step by step on the pages, and nobody is logged in`,
      `${RESET}: ends every session and remembered device, the one at hand too`,
      `${RESET}: is set once by 25 uses of one link at once over two instances`,
      `${RESET}: is answered with the same bytes whether or not an account has the address`,
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
    claim: 'What is mailed works once, also when it is used by many at the same moment.',
    tests: [`${TOKENS}: is used once`, `${TOKENS}: is used by one of 25 at once over two instances`],
  },
  {
    id: '6.5.2',
    claim: 'What is mailed has 256 bits, and only its SHA-256 is stored.',
    tests: [`${TOKENS}: is kept as its SHA-256 alone`],
  },
  {
    id: '6.5.3',
    claim: 'What is mailed is random.',
    tests: [`${TOKENS}: is 256 random bits`],
  },
  {
    id: '6.5.4',
    claim: 'What is mailed has 256 bits.',
    tests: [`${TOKENS}: is 256 random bits`],
  },
  {
    id: '6.5.5',
    claim:
      'There are no codes that take part in a log-in. Links that recover an account end after a time that is set where they are made.',
    tests: [`${TOKENS}: is over with its time`],
    pages: ['docs/security.md#one-factor'],
  },
  {
    id: '6.5.6',
    claim:
      'A remembered device, which is the one thing that logs in beside a password, can be ended from another.',
    tests: [
      'test/auth/remember-me.e2e-spec.ts: is forgotten when its owner ends it from another device',
      `${CHANGE}: ends every remembered device except this one, which gets a new token (`,
    ],
  },
  {
    id: '6.5.8',
    claim: 'The age of everything that has one is told by the clock of the server.',
    tests: [
      `${TOKENS}: is over with its time`,
      'test/sessions/time-limits.e2e-spec.ts: end it after 30 minutes without a request, though the browser still sends its cookie',
    ],
  },
  {
    id: '6.6.2',
    claim: 'What is mailed works for its user and its purpose alone, and a newer one takes its place.',
    tests: [
      `${TOKENS}: does nothing for another purpose`,
      `${TOKENS}: takes the place of the one before, of the same user and purpose alone`,
    ],
  },
  {
    id: '6.6.3',
    claim: 'What is mailed has 256 bits: too many to be guessed, however often somebody tries.',
    tests: [`${TOKENS}: is 256 random bits`],
  },
];
