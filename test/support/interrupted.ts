import { Database } from '../../src/database/database';
import { TestApp } from './app';
import { Mailbox } from './mailbox';
import { closedChanges, type Ending, ENDINGS, faultOf, requestTo, stored, victim } from './parked';
import type { Route } from './routes';
import { Wire } from './wire';

/** Runs a callback just before the first write of a request, after all guards have passed. */
class InterruptedDatabase extends Database {
  static interruption: (() => Promise<unknown>) | undefined;

  override async write<T>(...write: Parameters<typeof Database.prototype.write<T>>): Promise<T> {
    await InterruptedDatabase.interrupt();
    return super.write(...write);
  }

  override async transaction<T>(...work: Parameters<typeof Database.prototype.transaction<T>>): Promise<T> {
    await InterruptedDatabase.interrupt();
    return super.transaction(...work);
  }

  private static async interrupt(): Promise<void> {
    const { interruption } = InterruptedDatabase;
    InterruptedDatabase.interruption = undefined;
    await interruption?.();
  }
}

/** Ways to end sessions by raising the security version, or by removing the user. */
export const BY_USER = Object.entries(ENDINGS).filter(
  ([, { reason }]) => !['logged_out', 'revoked'].includes(reason),
);

/** Two instances, one of which can be interrupted, and the routes to test. */
export class Race {
  private constructor(
    private readonly interrupted: TestApp,
    private readonly other: TestApp,
    readonly routes: Route[],
  ) {}

  static async start(): Promise<Race> {
    const other = await TestApp.start();
    const app = await other.another({}, [{ token: Database, useClass: InterruptedDatabase }]);
    return new Race(app, other, await closedChanges(app));
  }

  close(): Promise<void> {
    return this.other.close();
  }

  /** @returns the faults of these routes when the session ended before their first write. */
  async run(routes: Route[], { reason, act }: Ending): Promise<[route: string, fault: string][]> {
    const { interrupted, other } = this;
    const faults: [string, string][] = [];
    for (const route of routes) {
      const target = await victim(other, `raced-${reason}-${this.routes.indexOf(route)}`);
      await new Mailbox(other).all();
      let before: string | undefined;
      InterruptedDatabase.interruption = async () => {
        await act(other, target);
        await new Mailbox(other).all();
        before = await stored(other);
      };
      const wire = await Wire.open(interrupted.port);
      const answer = await wire.ask(requestTo(interrupted, route, target));
      wire.close();
      const name = `${route.method} ${route.path}`;
      const fault = faultOf(answer, route.path.startsWith('/api'), reason);
      if (fault) faults.push([name, fault]);
      if (before === undefined) faults.push([name, 'has not tried to write']);
      else if ((await stored(other)) !== before) faults.push([name, 'has changed something']);
    }
    return faults;
  }
}
