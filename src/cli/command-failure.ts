/** A command refuses its input or finds a problem. The operator sees the message, and the exit code is 1. */
export class CommandFailure extends Error {}
