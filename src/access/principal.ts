import type { EndedSession, EndReason } from '../sessions/session-engine';

export type Role = 'user' | 'admin';

/** The logged-in user as guards and handlers see them. */
export interface Principal {
  readonly id: number;
  readonly username: string;
  readonly role: Role;
  /** As read during identification. Writes for the user require the same version: `UsersService.hold`. */
  readonly securityVersion: number;
  /** When the user last entered the password, in milliseconds since 1970. */
  readonly authenticatedAt: number;
}

declare module '../http/request-context' {
  interface RequestContext {
    /** Set for every request before guards run. Null for a guest. */
    principal: Principal | null;
    /** Why the session of the received cookie ended, if known. */
    endReason?: EndReason;
    /** The ended session itself, whether or not its user has seen the notice. Never one that was rotated. */
    endedSession?: EndedSession;
  }
}
