const ANSWERS = 'test/answers/every-answer.e2e-spec.ts';

export default [
  {
    id: '4.1.1',
    claim: 'Every body says of which kind it is, and texts in which characters.',
    tests: [`${ANSWERS}: with a body says of which kind it is, and a text in which characters`],
  },
  {
    id: '4.1.2',
    claim:
      'Nothing is led from http to https by Latchkey itself; the guide leaves that to the proxy, for pages alone.',
    tests: [
      'test/answers/plain-http.e2e-spec.ts: is not led to https as if nothing had happened',
      'test/answers/plain-http.e2e-spec.ts: logs nobody in',
    ],
    pages: ['docs/operations.md#production'],
  },
  {
    id: '4.1.3',
    claim: 'What proxies add counts only from proxies that are named, and never decides where a page leads.',
    tests: [
      'test/throttling/sources.e2e-spec.ts: is what the proxy says and not what came with it',
      'test/throttling/sources.e2e-spec.ts: cannot choose its address where no proxy is trusted',
      'test/input/headers.e2e-spec.ts: that a client sends never decides where a page leads',
      'test/access/same-origin.e2e-spec.ts: is not helped by',
    ],
  },
  {
    id: '4.1.4',
    claim:
      'An address answers to its own methods; others are 405 with those that it has, and no field or header changes one.',
    tests: [
      'test/input/methods.e2e-spec.ts: is answered 405 with what it does answer to',
      'test/input/methods.e2e-spec.ts: and that nobody knows is refused',
      'test/input/methods.e2e-spec.ts: A method in the header',
      'test/input/methods.e2e-spec.ts: is not taken from it when no form may mean it',
    ],
  },
  {
    id: '4.2.1',
    claim: 'A request whose length can be read in two ways is refused, and its connection closed.',
    tests: [
      'test/input/body-lengths.e2e-spec.ts: or is told in two ways is refused, and the connection closed',
      'test/input/body-lengths.e2e-spec.ts: is refused when it goes on behind its end',
      'test/input/body-lengths.e2e-spec.ts: stores nothing when it ends early',
    ],
  },
  {
    id: '4.2.2',
    claim: 'Every answer is as long as it says, HEAD too.',
    tests: [`${ANSWERS}: is as long as it says, and HEAD says the same as GET`],
  },
  {
    id: '4.2.5',
    claim: 'Addresses, cookies and headers that we make stay short enough for whoever receives them.',
    tests: [
      `${ANSWERS}: has no header longer than 8 kB, whatever was asked`,
      'test/answers/every-cookie.e2e-spec.ts: is small enough for every browser',
      'test/chapter/return-path.e2e-spec.ts: to the welcome page if the requested address is too long',
    ],
  },
];
