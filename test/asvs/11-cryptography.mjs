const INVENTORY = ['cryptography-in-the-inventory', 'cryptography-in-use'];
const SEAL = 'src/http/seal.spec.ts';
const HASHER = 'src/auth/passwords/bcrypt-password-hasher.spec.ts';

export default [
  {
    id: '11.1.1',
    claim: 'A page lists who creates each key, its length, who knows it and when it is replaced.',
    pages: ['docs/cryptography.md#keys'],
  },
  {
    id: '11.1.2',
    claim: 'A page lists everything that is signed, hashed or encrypted, with algorithm and key.',
    rules: INVENTORY,
    pages: ['docs/cryptography.md#inventory'],
  },
  {
    id: '11.1.3',
    claim: 'Lint rules find all cryptography in the source and compare it with that list.',
    rules: [...INVENTORY, 'latchkey/strong-algorithms'],
  },
  {
    id: '11.1.4',
    claim: 'A page explains how stored data migrates to a successor algorithm.',
    pages: ['docs/cryptography.md#what-comes-after'],
  },
  {
    id: '11.2.1',
    claim: 'All cryptography is Node’s crypto and bcrypt.',
    rules: ['latchkey/strong-algorithms'],
    pages: ['docs/cryptography.md#cryptography'],
  },
  {
    id: '11.2.2',
    claim: 'Costs, peppers and secrets can be replaced without downtime.',
    tests: [
      'test/auth/stored-passwords.e2e-spec.ts: moves from no pepper to one at log-in, and from there to the next',
      `${HASHER}: verifies plain hashes of other systems and wants them replaced`,
      'test/sessions/cookie-renewal.e2e-spec.ts: log no user out: it is added last, then moved first, then the old one is removed',
    ],
  },
  {
    id: '11.2.3',
    claim: 'Everything has 128 bits of security or more.',
    rules: ['latchkey/strong-algorithms', 'latchkey/no-guessable-randomness', 'latchkey/no-short-randomness'],
    pages: ['docs/cryptography.md#inventory'],
  },
  {
    id: '11.2.4',
    claim:
      'Signatures are compared in constant time; a refused log-in takes the same time whatever is stored.',
    tests: [`${HASHER}: takes as long to refuse whatever is stored`],
    rules: ['latchkey/no-early-comparison', 'latchkey/comparison-in-constant-time'],
  },
  {
    id: '11.2.5',
    claim: 'Input that fails verification or decryption is treated as missing.',
    tests: [
      'src/sessions/signed-cookies.spec.ts: with any character changed to any other is nothing',
      `${SEAL}: is not opened when any of its bytes was altered, or some are missing`,
      `${HASHER}: refuses what is no hash that it knows`,
      'test/input/session-cookies.e2e-spec.ts: with any character of its signature changed is refused without a store lookup',
    ],
  },
  {
    id: '11.3.1',
    claim: 'Encryption is only AES-256-GCM: no ECB, and no padding oracle.',
    rules: ['latchkey/strong-algorithms'],
    pages: ['docs/cryptography.md#inventory'],
  },
  {
    id: '11.3.2',
    claim: 'The cipher is AES in GCM, and no other.',
    rules: ['latchkey/strong-algorithms'],
  },
  {
    id: '11.3.3',
    claim: 'Ciphertext that was altered, cut, or moved to another user fails to decrypt.',
    tests: [
      `${SEAL}: is not opened when any of its bytes was altered, or some are missing`,
      `${SEAL}: is opened by no other token and under no other label`,
    ],
  },
  {
    id: '11.3.4',
    claim: 'Each text gets its own key and nonce.',
    tests: [`${SEAL}: shows nothing, not even that two texts are the same`],
    pages: ['docs/cryptography.md#inventory'],
  },
  {
    id: '11.4.1',
    claim: 'Hashes are of the SHA-2 family; MD5 and SHA-1 are not used.',
    rules: ['latchkey/strong-algorithms'],
  },
  {
    id: '11.4.2',
    claim:
      'Passwords are stored by bcrypt at cost 12, over an HMAC, so that no character is lost; production refuses to start below 10.',
    tests: [
      'test/chapter/signup-login-logout.e2e-spec.ts: 20. a password is stored only as bcrypt and is in no cookie',
      'src/options/production-rules.spec.ts: passwords must be hashed at a cost of 10 or more',
      'test/contracts/password-hasher.spec.ts: tells passwords apart beyond 72 bytes and behind a NUL',
    ],
    pages: ['docs/settings.md#settings'],
  },
  {
    id: '11.4.3',
    claim: 'Integrity is proven by SHA-256 or longer.',
    rules: ['latchkey/strong-algorithms'],
  },
  {
    id: '11.5.1',
    claim:
      'Every unguessable value has 128 bits or more of the operating system’s randomness, and is not a UUID.',
    tests: ['test/sessions/session-id.e2e-spec.ts: is 256 random bits, different each time'],
    rules: ['latchkey/no-guessable-randomness', 'latchkey/no-short-randomness', 'latchkey/no-uuid-as-secret'],
  },
  {
    id: '11.5.2',
    claim:
      'Randomness does not degrade under load: OpenSSL’s generator never blocks and never repeats itself.',
    tests: ['test/sessions/session-id.e2e-spec.ts: is as random when a thousand are created at once'],
    pages: ['docs/cryptography.md#inventory'],
  },
];
