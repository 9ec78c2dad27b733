import { randomBytes } from 'node:crypto';
import type { WireAnswer } from '../support/wire';
import type { Api } from './api';
import type { Step } from './tally';

/** What was asked for and not confirmed: it may have been done, or not. */
interface Question {
  step: Step;
  password?: string;
  session?: string;
}

type Request = [status: number, path: string, json: object, session?: string];

const newPassword = () => `a heron counts ${randomBytes(8).toString('hex')} pebbles`;

/** An account, what its owner was told of it, and what they still do not know. */
export class Account {
  readonly username = `user${randomBytes(6).toString('hex')}`;
  private open: Question | undefined;
  private password = newPassword();
  private isSignedUp = false;
  private readonly live = new Set<string>();
  private readonly over = new Set<string>();

  /** Does one after the other what people do. @throws Unanswered */
  async use(api: Api): Promise<void> {
    if (!this.isSignedUp) await this.signUp(api);
    const [survivor] = this.live;
    await this.changePassword(api, survivor ?? (await this.logIn(api)));
    await this.logIn(api);
    await this.logOut(api, await this.logIn(api));
  }

  /** Looks whether everything that was confirmed holds, and finds out about the rest. @returns what does not hold. */
  async losses(api: Api): Promise<string[]> {
    const { open } = this;
    this.open = undefined;
    if (open?.step === 'sign-up') await api.signUp(this.username, this.password);
    else if (!this.isSignedUp) return [];
    this.isSignedUp = true;

    const possible = open?.password ? [open.password, this.password] : [this.password];
    const fitting: string[] = [];
    for (const password of possible) if (await api.opens(this.username, password)) fitting.push(password);
    if (fitting.length !== 1) return [`${this.username}: ${fitting.length} of its passwords fit`];
    if (fitting[0] !== this.password) this.renew(fitting[0]);
    if (open?.session) await this.find(api, open.session);
    return this.sessionLosses(api);
  }

  private async signUp(api: Api): Promise<void> {
    await this.ask(api, { step: 'sign-up' }, 201, 'signup', {
      username: this.username,
      password: this.password,
    });
    this.isSignedUp = true;
  }

  private async logIn(api: Api): Promise<string> {
    const credentials = { username: this.username, password: this.password };
    const session = (await this.ask(api, { step: 'log-in' }, 200, 'login', credentials)).cookie('sid')!;
    this.live.add(session);
    return session;
  }

  private async changePassword(api: Api, session: string): Promise<void> {
    const password = newPassword();
    const question: Question = { step: 'password change', password };
    const change = { currentPassword: this.password, newPassword: password };
    const answer = await this.ask(api, question, 204, 'password', change, session);
    this.renew(password);
    this.live.add(answer.cookie('sid')!);
  }

  private async logOut(api: Api, session: string): Promise<void> {
    this.live.delete(session); // nobody knows until the answer
    await this.ask(api, { step: 'log-out', session }, 204, 'logout', {}, session);
    this.over.add(session);
  }

  private async ask(api: Api, question: Question, ...request: Request): Promise<WireAnswer> {
    this.open = question;
    const answer = await api.tell(question.step, ...request);
    this.open = undefined;
    return answer;
  }

  /** Another password ends all sessions of before. */
  private renew(password: string): void {
    this.password = password;
    for (const session of this.live) this.over.add(session);
    this.live.clear();
  }

  /** Whichever it is, it has to stay so. */
  private async find(api: Api, session: string): Promise<void> {
    ((await api.isLoggedIn(session)) ? this.live : this.over).add(session);
  }

  private async sessionLosses(api: Api): Promise<string[]> {
    const lost: string[] = [];
    for (const session of this.live) {
      if (!(await api.isLoggedIn(session))) lost.push(`${this.username}: a session is gone`);
    }
    for (const session of this.over) {
      if (await api.isLoggedIn(session)) lost.push(`${this.username}: a session that was ended is back`);
    }
    return lost;
  }
}
