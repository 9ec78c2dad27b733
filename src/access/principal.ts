import type { EndedSession, EndReason } from '../sessions/session-engine';

export type Role = 'user' | 'admin';

/** The logged-in user as guards and handlers see them. */
export interface Principal {
  readonly id: number;
  readonly username: string;
  readonly role: Role;
  /** The user's when this request was identified. Writes in the user's name are bound to it: see `UsersService.hold`. */
  readonly securityVersion: number;
  /** When the password was last given: milliseconds since 1970. */
  readonly authenticatedAt: number;
}

declare module 'express-serve-static-core' {
  interface Request {
    /** Who this request is from: set for every request before guards run, null for a guest. */
    principal: Principal | null;
    /** Why the session ended whose cookie came along, when one came and that is known. */
    endReason?: EndReason;
    /** The session itself, whether or not its user has been told; none that goes on under another ID. */
    endedSession?: EndedSession;
  }
}
