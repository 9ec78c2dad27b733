import { Wire, type WireAnswer } from '../support/wire';
import type { Step, Tally } from './tally';

/** The connection broke before the answer, or the answer was 503: nobody knows whether it was done. */
export class Unanswered extends Error {}

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

  /** Asks for a change, which is confirmed by this status and no other. @throws Unanswered */
  async tell(step: Step, status: number, path: string, json: object, session?: string): Promise<WireAnswer> {
    const answer = await this.post(path, json, session).catch(() => undefined);
    if (!answer || answer.status === 503) {
      this.tally.miss(step);
      throw new Unanswered(step);
    }
    if (answer.status !== status) throw new Error(`${step} was answered ${answer.status}: ${answer.text}`);
    this.tally.confirm(step);
    return answer;
  }

  /** Does nothing if somebody has the name. */
  async signUp(username: string, password: string): Promise<void> {
    const { status, text } = await this.post('signup', { username, password });
    if (status !== 201 && status !== 409) throw new Error(`sign-up was answered ${status}: ${text}`);
  }

  async opens(username: string, password: string): Promise<boolean> {
    return this.yesOrNo(await this.post('login', { username, password }));
  }

  async isLoggedIn(session: string): Promise<boolean> {
    return this.yesOrNo(await this.wire.ask({ path: '/api/v1/auth/me', cookie: session }));
  }

  close(): void {
    this.wire.close();
  }

  private yesOrNo({ status, text }: WireAnswer): boolean {
    if (status !== 200 && status !== 401) throw new Error(`The answer was ${status}: ${text}`);
    return status === 200;
  }

  private post(path: string, json: object, cookie?: string): Promise<WireAnswer> {
    const headers = { Origin: this.origin };
    return this.wire.ask({ method: 'POST', path: `/api/v1/auth/${path}`, json, cookie, headers });
  }
}
