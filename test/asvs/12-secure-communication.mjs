export default [
  {
    id: '12.1.1',
    claim: 'TLS ends at the proxy; the guide allows 1.2 and 1.3 alone.',
    pages: ['docs/operations.md#tls'],
  },
  {
    id: '12.1.2',
    claim: 'The guide names suites with forward secrecy alone.',
    pages: ['docs/operations.md#tls'],
  },
  {
    id: '12.2.1',
    claim: 'A start in production is refused without an https address, and plain HTTP logs nobody in.',
    tests: [
      'src/options/production-rules.spec.ts: users must come by https',
      'test/start/start.e2e-spec.ts: in production refuses an unsafe BASE_URL',
      'test/answers/plain-http.e2e-spec.ts: logs nobody in',
      'test/answers/every-answer.e2e-spec.ts: has strict-transport-security',
    ],
  },
  {
    id: '12.2.2',
    claim: 'The guide asks for a certificate that browsers trust.',
    pages: ['docs/operations.md#tls'],
  },
  {
    id: '12.3.1',
    claim: 'Connections that leave the machine are encrypted, and confide nothing before they are.',
    tests: [
      'test/start/tls.e2e-spec.ts: A connection over TLS',
      'test/mail/smtp.e2e-spec.ts: a mail goes out encrypted when the server offers it',
    ],
    pages: ['docs/operations.md#tls'],
  },
  {
    id: '12.3.2',
    claim:
      'A certificate that is not trusted ends the connection to the database, Redis and the mail server.',
    tests: [
      'test/start/tls.e2e-spec.ts: is refused to a certificate that is not trusted, before anything is confided',
    ],
  },
  {
    id: '12.3.4',
    claim: 'An authority of one’s own is trusted when it is named.',
    tests: ['test/start/tls.e2e-spec.ts: is made where the certificate is the one that was named'],
    pages: ['docs/operations.md#tls'],
  },
];
