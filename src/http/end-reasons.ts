/** Why a session can be over, as clients are told it. */
export const END_REASONS = [
  'logged_out',
  'idle',
  'absolute',
  'revoked',
  'evicted',
  'password_changed',
  'role_changed',
  'user_disabled',
  'user_deleted',
  'theft',
] as const;
