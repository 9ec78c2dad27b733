export default [
  {
    id: '5.3.2',
    claim: 'No file path is built from input outside the public folders.',
    tests: ['test/input/paths.e2e-spec.ts: leads to no file beside those that are meant to be seen'],
    rules: ['latchkey/no-composed-view-name'],
  },
];
