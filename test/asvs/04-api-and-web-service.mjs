const ANSWERS = 'test/answers/every-answer.e2e-spec.ts';

export default [
  {
    id: '4.1.1',
    claim: 'Every response body has a content type, and texts have a charset.',
    tests: [`${ANSWERS}: with a body has a content type, and a text has a charset`],
  },
  {
    id: '4.1.2',
    claim:
      'Latchkey itself does not redirect from http to https; the guide leaves that to the proxy, for pages only.',
    tests: [
      'test/answers/plain-http.e2e-spec.ts: is not redirected to https silently:',
      'test/answers/plain-http.e2e-spec.ts: does not log in: no session cookie is sent in the clear',
    ],
    pages: ['docs/operations.md#production'],
  },
  {
    id: '4.1.3',
    claim: 'Headers of proxies count only from trusted proxies, and never decide where a redirect leads.',
    tests: [
      "test/throttling/sources.e2e-spec.ts: is the address from the proxy, not from the client's header",
      'test/throttling/sources.e2e-spec.ts: cannot choose its address if no proxy is trusted',
      'test/input/headers.e2e-spec.ts: of a client never decides where a redirect leads',
      'test/access/same-origin.e2e-spec.ts: is not helped by',
    ],
  },
  {
    id: '4.1.4',
    claim:
      'A route accepts only its own methods; others get 405 with the allowed ones, and no field or header overrides one.',
    tests: [
      'test/input/methods.e2e-spec.ts: is answered 405 with what it does answer to',
      'test/input/methods.e2e-spec.ts: and that is unknown is refused:',
      'test/input/methods.e2e-spec.ts: A method in the header',
      'test/input/methods.e2e-spec.ts: is ignored if no form may use it:',
    ],
  },
  {
    id: '4.2.1',
    claim: 'A request of ambiguous length is refused, and its connection closed.',
    tests: [
      'test/input/body-lengths.e2e-spec.ts: or is told in two ways is refused, and the connection closed',
      'test/input/body-lengths.e2e-spec.ts: is refused when it continues after its end',
      'test/input/body-lengths.e2e-spec.ts: stores nothing when it ends early',
    ],
  },
  {
    id: '4.2.2',
    claim: 'Every response is as long as its Content-Length, also for HEAD.',
    tests: [`${ANSWERS}: is as long as its Content-Length, and HEAD has the headers of GET`],
  },
  {
    id: '4.2.5',
    claim: 'Addresses, cookies and headers that we create stay within the limits of their recipients.',
    tests: [
      `${ANSWERS}: has no header longer than 8 kB, whatever the request`,
      'test/answers/every-cookie.e2e-spec.ts: is small enough for every browser',
      'test/chapter/return-path.e2e-spec.ts: to the welcome page if the requested address is too long',
    ],
  },
];
