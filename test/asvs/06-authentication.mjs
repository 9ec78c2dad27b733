export default [
  {
    id: '6.2.2',
    claim: 'Users can change their password, on a page and by the API.',
    tests: ['test/account/password.e2e-spec.ts: makes the new one the only one that logs in'],
    pages: ['docs/accounts.md#a-new-password'],
  },
];
