/** Whose session it is to be, read together with what proved that it is them. */
export interface SessionOwner {
  id: number;
  securityVersion: number;
}
