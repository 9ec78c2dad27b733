/** Names the copy of a session as `Touched` does, and as the triggers of `NotifyChanges` do. */
export const keyOfCopy = (idHash: string): string => `session:${idHash}`;
