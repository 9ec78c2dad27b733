import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { filesOf, findings } from './source';

const files = filesOf('src', '.ts');
const page = readFileSync(join(__dirname, '../../docs/cryptography.md'), 'utf8');
const [inventory = ''] = page.split('## Inventory').slice(1);

const uses = /from '(node:)?crypto'|from '(bcrypt|cookie-signature)'/;
const algorithm = /(createHash|createHmac|hkdfSync|createCipheriv|createDecipheriv)\(\s*'[^']*'/;

describe('Cryptography in the source', () => {
  it('is used by the files that docs/cryptography.md names, and by no other', () => {
    const used = files.filter(({ text }) => uses.test(text)).map(({ path }) => path.replace('src/', ''));
    const named = [...inventory.matchAll(/`([\w/-]+\.[\w.-]*ts)`/g)].map(([, name]) => name);
    expect(used.length).toBeGreaterThan(15);
    expect([...new Set(named)].sort()).toEqual(used.sort());
  });

  it('is of the algorithms that are named there, and none that is weak', () => {
    const found = new Set(
      findings(files, algorithm).map((line) => line.replace(/^[^:]*: /, '').replace(/\s/g, '')),
    );
    expect([...found].sort()).toEqual([
      "createCipheriv('aes-256-gcm'",
      "createDecipheriv('aes-256-gcm'",
      "createHash('sha256'",
      "createHmac('sha256'",
      "createHmac('sha384'",
      "hkdfSync('sha256'",
    ]);
    expect(findings(files, /\b(createHash|createHmac)\((?!\s*'sha(256|384|512)')/)).toEqual([]);
  });

  it('takes randomness from the operating system, 128 bits or more where it must not be guessed', () => {
    expect(findings(files, /Math\.random|pseudoRandomBytes/)).toEqual([]);
    const short = findings(files, /randomBytes\((?!16\)|32\)|NONCE_BYTES\))[^)]*\)/);
    expect(short.map((line) => line.split(':')[0])).toEqual([
      'src/flash/flash-service.ts',
      'src/mail/folder-mailer.ts',
    ]);
    const uuids = findings(files, /randomUUID\(\)/).map((line) => line.split(':')[0]);
    expect(uuids.toSorted()).toEqual([
      'src/database/invalidation/channel.ts',
      'src/events/audit/checkpoint-file.ts',
      'src/http/first-middlewares.ts',
      'src/options/kept-secret.ts',
    ]);
  });

  it('compares what it has signed in constant time', () => {
    expect(findings(files, /(\bmac\(|[sS]ignature|signedId\([^)]*\))\s*[!=]==/)).toEqual([]);
    const comparing = files.filter(({ text }) => text.includes('timingSafeEqual(')).map(({ path }) => path);
    expect(comparing).toEqual(['src/auth/passwords/bcrypt-password-hasher.ts', 'src/sessions/signer.ts']);
  });
});
