import type { EndReason } from '../sessions/session-engine';
import type { StandingUser } from '../users/standing-users';

/**
 * Why what was started for a user is over, whatever its own row says, or null while it stands. It ends what nobody can
 * list: a log-in that was on its way while the password changed.
 * @param user as stored now, or null when there is no such user any more.
 * @param securityVersion the user's when it was started.
 */
export function overBecause(
  user: Pick<StandingUser, 'disabledAt' | 'securityVersion'> | null,
  securityVersion: number,
): EndReason | null {
  if (!user) return 'user_deleted';
  if (user.disabledAt !== null) return 'user_disabled';
  return user.securityVersion === securityVersion ? null : 'password_changed';
}
