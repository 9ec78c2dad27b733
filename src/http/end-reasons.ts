/** Why a session has ended, as clients see it. */
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
