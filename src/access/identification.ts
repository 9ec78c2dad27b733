import type { Request } from 'express';

/** Identifies a request's principal. A port: its adapter needs modules that depend on this one. */
export abstract class Identification {
  /** Identifies the request as if it had just arrived: as a guest if its session has ended. */
  abstract repeat(request: Request): Promise<void>;
}
