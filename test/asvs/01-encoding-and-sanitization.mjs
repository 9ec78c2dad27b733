const VIEWS =
  'test/answers/views.spec.ts: escapes what it is given and holds no script, style or handler of its own';

export default [
  {
    id: '1.1.1',
    claim:
      'Input is decoded once, before it is checked; what is still encoded after that is not decoded again.',
    tests: [
      'test/input/encodings.e2e-spec.ts: does not change in a message, from a form and from JSON:',
      'test/input/encodings.e2e-spec.ts: is not decoded in a password:',
      'test/input/encodings.e2e-spec.ts: is not decoded in a return path, in an ID and in a cookie',
    ],
    pages: ['docs/input.md#fields'],
  },
  {
    id: '1.1.2',
    claim: 'Handlebars escapes all output of a page; no view bypasses it.',
    tests: [
      VIEWS,
      'src/http/responses/view-engine.spec.ts: puts a view into the layout and escapes what it is given',
    ],
    rules: ['latchkey/no-unescaped-text'],
  },
  {
    id: '1.2.1',
    claim: 'Text remains text in elements, attributes, addresses and headers.',
    tests: [
      'test/input/injections.e2e-spec.ts: remains text in a message: stored, listed, shown and edited as typed',
      'test/input/injections.e2e-spec.ts: remains text in a form that is shown again',
      'test/input/headers.e2e-spec.ts: of a response is never split by input in next, in a name, in a query:',
      'test/browser/injection.browser-spec.ts: Markup and script typed as text',
      'test/scanners/wapiti.scanner-spec.ts: finds nothing as',
    ],
  },
  {
    id: '1.2.2',
    claim: 'Generated addresses encode their parameters and only lead to a path of this site.',
    tests: [
      'src/http/local-path.spec.ts: leads nowhere but to our own origin, whatever it is made of',
      'test/input/return-paths.e2e-spec.ts: never leaves the site, nor logs out',
      'test/browser/injection.browser-spec.ts: as the way back after log-in leads to no script',
    ],
  },
  {
    id: '1.2.3',
    claim: 'No page embeds data in a script or JSON; JSON is written only by JSON.stringify.',
    tests: [
      VIEWS,
      'test/input/texts.e2e-spec.ts: does not include what languages need: 2,000 emoji, separators, direction marks',
      'test/browser/injection.browser-spec.ts: in messages is shown as it was typed',
    ],
  },
  {
    id: '1.2.4',
    claim: 'Values reach the database as parameters; an object in place of a text is refused.',
    tests: [
      'test/input/injections.e2e-spec.ts: does not change the existing account, its hash or its table',
      'test/input/injections.e2e-spec.ts: has no effect in an address, a query or a header',
      "test/input/field-shapes.e2e-spec.ts: instead of a text is refused with the field's name, and nothing is stored",
      'test/scanners/sqlmap.scanner-spec.ts: finds no way in at',
      'test/scanners/sqlmap.scanner-spec.ts: does not change the data, and causes no 5xx',
    ],
    rules: ['latchkey/no-sql-from-values'],
  },
  {
    id: '1.2.5',
    claim: 'The server starts no program but its own.',
    rules: ['latchkey/no-other-program'],
  },
  {
    id: '1.2.9',
    claim: 'No regular expression is built from input.',
    rules: ['latchkey/no-composed-expression'],
  },
  {
    id: '1.3.2',
    claim: 'No code is built from text, on the server or in the browser.',
    tests: [
      `test/answers/every-answer.e2e-spec.ts: has content-security-policy: default-src 'none';script-src 'self'`,
    ],
    rules: ['latchkey/no-code-from-text', 'no-eval', 'no-new-func'],
  },
  {
    id: '1.3.3',
    claim: 'Texts have a maximum length and contain no control characters before they are used.',
    tests: [
      'test/input/texts.e2e-spec.ts: An invalid text as a name',
      'test/input/texts.e2e-spec.ts: as a message',
      'test/input/texts.e2e-spec.ts: is refused with the error at the field, and the API responds alike',
      'test/input/bodies.e2e-spec.ts: that is too large',
    ],
  },
  {
    id: '1.3.7',
    claim:
      'Templates are files of the package or of the application that installs it; input never becomes one.',
    tests: [
      'test/input/injections.e2e-spec.ts: remains text in a message: stored, listed, shown and edited as typed',
      'src/http/responses/view-engine.spec.ts: shows no property that a value only inherits',
    ],
    rules: ['latchkey/no-template-from-text', 'latchkey/no-composed-view-name'],
  },
  {
    id: '1.3.10',
    claim: 'Input that looks like a format string is logged unchanged.',
    tests: ['src/options/application-logger.spec.ts: also where that looks like a format or a template'],
  },
  {
    id: '1.3.11',
    claim: 'No input adds a recipient or a header to a mail.',
    tests: [
      'test/mail/smtp.e2e-spec.ts: no parameter adds a header, a recipient or a second mail',
      'test/mail/smtp.e2e-spec.ts: no mail leaves to',
      'test/input/texts.e2e-spec.ts: is refused with the error at the field, and the API responds alike',
    ],
  },
  {
    id: '1.3.12',
    claim: 'Every regular expression runs in time proportional to its input.',
    tests: ['test/lint/security-rules.spec.ts: latchkey/no-slow-expression reports what it is there to find'],
    rules: ['latchkey/no-slow-expression', 'latchkey/no-unbounded-normalisation'],
  },
  {
    id: '1.5.2',
    claim: 'Stored sessions are JSON; one with unknown content is treated as a guest’s.',
    tests: [
      'test/database/unreadable-sessions.e2e-spec.ts: is a guest’s, without a fault',
      'test/database/unreadable-sessions.e2e-spec.ts: is a guest’s where the user is no user',
      'test/input/field-shapes.e2e-spec.ts: is refused in JSON at any depth, also with escapes',
    ],
  },
  {
    id: '1.5.3',
    claim: 'Forms and JSON are parsed to the same texts and validated alike; ambiguous input is refused.',
    tests: [
      'test/input/texts.e2e-spec.ts: is refused with the error at the field, and the API responds alike',
      'test/input/field-shapes.e2e-spec.ts: a duplicate field',
      'test/input/bodies.e2e-spec.ts: is refused in any character set but UTF-8',
      'test/input/encodings.e2e-spec.ts: does not change in a message, from a form and from JSON:',
    ],
  },
];
