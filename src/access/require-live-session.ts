import type { RequestContext } from '../http/request-context';
import type { SessionService } from '../sessions/session-service';
import { SessionEnded } from './access-errors';

/**
 * Call it before the first write if the request has waited since the guards ran, for a password hash or
 * another server. The user may have logged out meanwhile, and that must take effect. @throws SessionEnded
 */
export async function requireLiveSession(sessions: SessionService, request: RequestContext): Promise<void> {
  if (!(await sessions.isLive(request))) throw new SessionEnded();
}
