/** The user of a new session, with the security version at the time of authentication. */
export interface SessionOwner {
  id: number;
  securityVersion: number;
}
