import { Wire, type WireAnswer } from '../support/wire';
import type { Step, Tally } from './tally';

/** The connection broke before the response, or it was 503: it is unknown whether the request was executed. */
export class Unanswered extends Error {}

interface Me {
  id: number;
  email: string | null;
  emailVerified: boolean;
}

/** One client's connection. */
export class Api {
  private constructor(
    private readonly wire: Wire,
    private readonly origin: string,
    private readonly tally: Tally,
  ) {}

  static async at(port: number, tally: Tally): Promise<Api> {
    return new Api(await Wire.open(port), `http://localhost:${port}`, tally);
  }

  /** Sends a change, which only this status confirms. @throws Unanswered */
  async tell(step: Step, status: number, path: string, json: object, session?: string): Promise<WireAnswer> {
    const answer = await this.send(path, json, session).catch(() => undefined);
    if (!answer || answer.status === 503) {
      this.tally.miss(step);
      throw new Unanswered(step);
    }
    if (answer.status !== status) throw new Error(`${step} was answered ${answer.status}: ${answer.text}`);
    this.tally.confirm(step);
    return answer;
  }

  /** Does nothing if the name is taken. */
  async signUp(username: string, password: string): Promise<void> {
    const { status, text } = await this.send('signup', { username, password });
    if (status !== 201 && status !== 409) throw new Error(`sign-up was answered ${status}: ${text}`);
  }

  async opens(username: string, password: string): Promise<boolean> {
    return this.yesOrNo(await this.send('login', { username, password }));
  }

  /** @returns the session's cookie. */
  async logIn(username: string, password: string): Promise<string> {
    return (await this.send('login', { username, password })).cookie('sid')!;
  }

  async isLoggedIn(session: string): Promise<boolean> {
    return (await this.me(session)) !== null;
  }

  /** @returns null for an ended session. */
  async me(session: string): Promise<Me | null> {
    const answer = await this.wire.ask({ path: '/api/v1/auth/me', cookie: session });
    return this.yesOrNo(answer) ? (JSON.parse(answer.text) as Me) : null;
  }

  close(): void {
    this.wire.close();
  }

  private yesOrNo({ status, text }: WireAnswer): boolean {
    if (status !== 200 && status !== 401) throw new Error(`The answer was ${status}: ${text}`);
    return status === 200;
  }

  /** By POST to an address under auth/, or to what begins with its own method. */
  private send(path: string, json: object, cookie?: string): Promise<WireAnswer> {
    const headers = { Origin: this.origin };
    const [, method = 'POST', rest = `auth/${path}`] = /^([A-Z]+) (.+)$/.exec(path) ?? [];
    return this.wire.ask({ method, path: `/api/v1/${rest}`, json, cookie, headers });
  }
}
