export default [
  {
    id: '12.1.1',
    claim: 'TLS ends at the proxy; the guide allows only 1.2 and 1.3.',
    pages: ['docs/operations.md#tls'],
  },
  {
    id: '12.1.2',
    claim: 'The guide allows only suites with forward secrecy.',
    pages: ['docs/operations.md#tls'],
  },
  {
    id: '12.2.1',
    claim: 'Production refuses to start without an https address, and plain HTTP cannot log in.',
    tests: [
      'src/options/production-rules.spec.ts: users must come by https',
      'test/start/start.e2e-spec.ts: in production refuses an unsafe BASE_URL',
      'test/answers/plain-http.e2e-spec.ts: does not log in: no session cookie is sent in the clear',
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
    claim: 'Connections that leave the machine are encrypted, and send no credential before they are.',
    tests: [
      'test/start/tls.e2e-spec.ts: A connection over TLS',
      'test/mail/smtp.e2e-spec.ts: a mail goes out encrypted when the server offers it',
    ],
    pages: ['docs/operations.md#tls'],
  },
  {
    id: '12.3.2',
    claim: 'An untrusted certificate of the database, Redis or the mail server ends the connection.',
    tests: [
      'test/start/tls.e2e-spec.ts: is refused to a certificate that is not trusted, before anything is confided',
    ],
  },
  {
    id: '12.3.4',
    claim: 'A private certificate authority is trusted only if it is configured.',
    tests: ['test/start/tls.e2e-spec.ts: is made where the certificate is the one that was named'],
    pages: ['docs/operations.md#tls'],
  },
];
