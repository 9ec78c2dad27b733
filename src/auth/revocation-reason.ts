import type { EndReason } from '../sessions/session-engine';
import type { Account } from '../users/accounts';

/**
 * Why the user's sessions are no longer valid, or null. It also ends sessions that no list has: a log-in that was under way
 * while the password changed.
 * @param user as stored now, or null when there is no such user any more.
 * @param securityVersion the user's when the session was started.
 */
export function revocationReason(
  user: Pick<Account, 'disabledAt' | 'securityVersion'> | null,
  securityVersion: number,
): EndReason | null {
  if (!user) return 'user_deleted';
  if (user.disabledAt !== null) return 'user_disabled';
  return user.securityVersion === securityVersion ? null : 'password_changed';
}
