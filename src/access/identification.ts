import type { Request } from 'express';

/** Finds out who a request is from. A port: what knows sessions and users stands on a higher floor. */
export abstract class Identification {
  /** Asks the stores again and treats the request as one that has just come: as a guest's if its session is over. */
  abstract repeat(request: Request): Promise<void>;
}
