import type { EndReason } from '../sessions/session-engine';
import type { Account } from '../users/accounts';

/**
 * Why the user's sessions are no longer valid, or null. It also catches a session that a concurrent log-in
 * started during a password change.
 * @param user the stored user, or null if deleted.
 * @param securityVersion the user's version at the start of the session.
 */
export function revocationReason(
  user: Pick<Account, 'disabledAt' | 'securityVersion'> | null,
  securityVersion: number,
): EndReason | null {
  if (!user) return 'user_deleted';
  if (user.disabledAt !== null) return 'user_disabled';
  return user.securityVersion === securityVersion ? null : 'password_changed';
}
