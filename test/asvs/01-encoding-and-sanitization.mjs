const VIEWS =
  'test/answers/views.spec.ts: escapes what it is given and holds no script, style or handler of its own';

export default [
  {
    id: '1.1.1',
    claim: 'Input is decoded once, before it is checked; what is still encoded then stays as it is.',
    tests: [
      'test/input/encodings.e2e-spec.ts: stays as it is in a message',
      'test/input/encodings.e2e-spec.ts: is no other spelling of a password',
      'test/input/encodings.e2e-spec.ts: stays as it is in the way back, in an ID and in a cookie',
    ],
    pages: ['docs/input.md#fields'],
  },
  {
    id: '1.1.2',
    claim: 'Handlebars escapes when it writes the page; nothing goes around it.',
    tests: [
      VIEWS,
      'src/http/responses/view-engine.spec.ts: puts a view into the layout and escapes what it is given',
    ],
    rules: ['latchkey/no-unescaped-text'],
  },
  {
    id: '1.2.1',
    claim: 'Text stays text in elements, attributes, addresses and headers.',
    tests: [
      'test/input/injections.e2e-spec.ts: stays what it is in a message',
      'test/input/injections.e2e-spec.ts: stays what it is in a form that is shown again',
      'test/input/headers.e2e-spec.ts: of an answer is never split by what was sent',
      'test/browser/injection.browser-spec.ts: Markup and script typed as text',
      'test/scanners/wapiti.scanner-spec.ts: finds nothing as',
    ],
  },
  {
    id: '1.2.2',
    claim: 'Addresses that are built encode what they hold, and lead to a path of this site alone.',
    tests: [
      'src/http/local-path.spec.ts: leads nowhere but to our own origin, whatever it is made of',
      'test/input/return-paths.e2e-spec.ts: never leaves the site, nor logs out',
      'test/browser/injection.browser-spec.ts: as the way back after log-in leads to no script',
    ],
  },
  {
    id: '1.2.3',
    claim:
      'No page holds script or JSON that data could become part of; JSON is written by JSON.stringify alone.',
    tests: [
      VIEWS,
      'test/input/texts.e2e-spec.ts: keeps what any language may need',
      'test/browser/injection.browser-spec.ts: in messages is shown as it was typed',
    ],
  },
  {
    id: '1.2.4',
    claim: 'Values reach the database as parameters; objects where a text belongs are refused.',
    tests: [
      'test/input/injections.e2e-spec.ts: has left the one account there was, its hash and its table',
      'test/input/injections.e2e-spec.ts: finds, opens and breaks nothing in an address, a query or a header',
      'test/input/field-shapes.e2e-spec.ts: where a text belongs is refused by name, and nothing is stored',
      'test/scanners/sqlmap.scanner-spec.ts: finds no way in at',
      'test/scanners/sqlmap.scanner-spec.ts: leaves the data as it was',
    ],
    rules: ['latchkey/no-sql-from-values'],
  },
  {
    id: '1.2.5',
    claim: 'The product starts no program but its own.',
    rules: ['latchkey/no-other-program'],
  },
  {
    id: '1.2.9',
    claim: 'No regular expression is made of input.',
    rules: ['latchkey/no-composed-expression'],
  },
  {
    id: '1.3.2',
    claim: 'No code is made from text, on the server or in the browser.',
    tests: [
      `test/answers/every-answer.e2e-spec.ts: has content-security-policy: default-src 'none';script-src 'self'`,
    ],
    rules: ['latchkey/no-code-from-text', 'no-eval', 'no-new-func'],
  },
  {
    id: '1.3.3',
    claim: 'Texts have a greatest length and hold no control characters before they get anywhere.',
    tests: [
      'test/input/texts.e2e-spec.ts: A text that cannot be taken as a name',
      'test/input/texts.e2e-spec.ts: A text that cannot be taken as a message',
      'test/input/texts.e2e-spec.ts: A text that cannot be taken as an e-mail address',
      'test/input/bodies.e2e-spec.ts: that is too large',
    ],
  },
  {
    id: '1.3.7',
    claim:
      'Templates are files of the package or of the company that installs it; what is typed never becomes one.',
    tests: [
      'test/input/injections.e2e-spec.ts: {{7*7}} stays what it is in a message',
      'src/http/responses/view-engine.spec.ts: shows no property that a value only inherits',
    ],
    rules: ['latchkey/no-template-from-text', 'latchkey/no-composed-view-name'],
  },
  {
    id: '1.3.10',
    claim: 'What looks like a format string is logged as it is.',
    tests: ['src/options/application-logger.spec.ts: also where that looks like a format or a template'],
  },
  {
    id: '1.3.11',
    claim: 'Nothing that was typed adds a recipient or a header to a mail.',
    tests: [
      'test/mail/smtp.e2e-spec.ts: no parameter adds a header, a recipient or a second mail',
      'test/mail/smtp.e2e-spec.ts: no mail leaves to',
      'test/input/texts.e2e-spec.ts: A text that cannot be taken as an e-mail address',
    ],
  },
  {
    id: '1.3.12',
    claim: 'Every regular expression takes a time in proportion to its text.',
    tests: ['test/lint/security-rules.spec.ts: latchkey/no-slow-expression reports what it is there to find'],
    rules: ['latchkey/no-slow-expression', 'latchkey/no-unbounded-normalisation'],
  },
  {
    id: '1.5.2',
    claim: 'Stored sessions are JSON; one that holds what we did not write is a guest’s.',
    tests: [
      'test/database/unreadable-sessions.e2e-spec.ts: is a guest’s, without a fault',
      'test/database/unreadable-sessions.e2e-spec.ts: is a guest’s where the user is no user',
      'test/input/field-shapes.e2e-spec.ts: is refused in JSON at any depth, also written with escapes',
    ],
  },
  {
    id: '1.5.3',
    claim:
      'Forms and JSON are read to the same texts and judged alike; what readers could take in two ways is refused.',
    tests: [
      'test/input/texts.e2e-spec.ts: is refused beside the field, and the API says the same',
      'test/input/field-shapes.e2e-spec.ts: a field given twice',
      'test/input/bodies.e2e-spec.ts: is refused in any character set but UTF-8',
      'test/input/encodings.e2e-spec.ts: stays as it is in a message, from a form and from JSON',
    ],
  },
];
