export default [
  {
    id: '5.3.2',
    claim: 'No path of a file is made from what was asked for beyond the folders that are meant to be seen.',
    tests: ['test/input/paths.e2e-spec.ts: leads to no file beside those that are meant to be seen'],
    rules: ['latchkey/no-composed-view-name'],
  },
];
