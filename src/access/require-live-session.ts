import type { Request } from 'express';
import type { SessionService } from '../sessions/session-service';
import { SessionOver } from './access-errors';

/**
 * To be called before the first write, where a request has waited for something since the guards let it through: for a
 * password to be hashed, for another server. A log-out that was answered meanwhile must hold. @throws SessionOver
 */
export async function requireLiveSession(sessions: SessionService, request: Request): Promise<void> {
  if (!(await sessions.isLive(request))) throw new SessionOver();
}
