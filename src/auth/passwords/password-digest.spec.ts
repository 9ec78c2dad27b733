import { PasswordDigest } from './password-digest';

// Computed by: printf 'motdepassé' | openssl dgst -sha384 -hmac KEY -binary | base64 -w0
const WITHOUT_PEPPER = 'SSRqEqkAHVP8uM/R+2bmSzw3NYUDlu6lXkAudFBPKyvXp2tP+rJLM0QnIhiecOz7';
const WITH_PEPPER = '3RW9+eolteLeoBIyDcaNAjPeJ9Dq49daCNHGRoliybXWc0+wORDhNMRZGUK+qRZ4';

describe('The digest of a password', () => {
  it('is the same in every version: stored hashes depend on it', () => {
    const digest = new PasswordDigest();
    expect(digest.scheme).toBe('{hmac-sha384}');
    expect(digest.of('motdepassé')).toBe(WITHOUT_PEPPER);
    expect(digest.of('motdepassé'.normalize('NFD'))).toBe(WITHOUT_PEPPER);
  });

  it('depends on the pepper, which its scheme names by a fingerprint', () => {
    const digest = new PasswordDigest('a pepper for tests');
    expect(digest.scheme).toBe('{hmac-sha384:45b4797e8d15}');
    expect(digest.of('motdepassé')).toBe(WITH_PEPPER);
  });
});
