/** What a command refuses or has found: its message is for whoever typed it, and the exit code is 1. */
export class CommandFailure extends Error {}
