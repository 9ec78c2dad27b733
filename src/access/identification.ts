import type { RequestContext } from '../http/request-context';

/** Identifies a request's principal. A port: its adapter needs modules that depend on this one. */
export abstract class Identification {
  /** Identifies the request as if it had just arrived: as a guest if its session has ended. */
  abstract repeat(request: RequestContext): Promise<void>;
}
