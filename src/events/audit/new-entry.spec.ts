import { createHash } from 'node:crypto';
import { hashOfEntry } from './new-entry';

const ENTRY = {
  id: 7,
  name: 'user.enabled',
  at: 1_764_000_000_000,
  userId: 1,
  actorId: null,
  sessionIdHash: null,
  requestId: null,
  ip: '203.0.113.7',
  userAgent: null,
  details: '{"userId":1}',
  previousHash: 'a'.repeat(43),
};

describe('The hash of an audit entry', () => {
  it('can be computed by anybody, as the documentation says', () => {
    const form = `[7,"user.enabled",1764000000000,1,null,null,null,"203.0.113.7",null,"{\\"userId\\":1}","${'a'.repeat(43)}"]`;
    expect(hashOfEntry(ENTRY)).toBe(createHash('sha256').update(form).digest('base64url'));
  });

  it.each<[string, Partial<typeof ENTRY> | object]>([
    ['the place', { id: 8 }],
    ['the user', { userId: null }],
    ['who did it', { actorId: 1 }],
    ['a value that moves to the next column', { ip: null, userAgent: '203.0.113.7' }],
    ['a number that becomes a text', { userId: '1' }],
    ['nothing that becomes an empty text', { userAgent: '' }],
    ['a text that holds what stands between two', { name: 'user.enabled",1764000000000,1' }],
    ['the one before', { previousHash: 'b'.repeat(43) }],
  ])('is another one for another entry: %s', (_, change) => {
    expect(hashOfEntry({ ...ENTRY, ...change })).not.toBe(hashOfEntry(ENTRY));
  });
});
