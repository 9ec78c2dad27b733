import { randomBytes } from 'node:crypto';
import type { WireAnswer } from '../support/wire';
import { type Api, Unanswered } from './api';
import type { Mails } from './mails';
import type { Step } from './tally';

/** An unconfirmed operation: it may have been done, or not. */
interface Question {
  step: Step;
  password?: string;
  session?: string;
  email?: string;
}

type Request = [status: number, path: string, json: object, session?: string];

const newPassword = () => `a heron counts ${randomBytes(8).toString('hex')} pebbles`;

/** An account, the state that was confirmed to its owner, and what is still unknown. */
export class Account {
  readonly username = `user${randomBytes(6).toString('hex')}`;
  private open: Question | undefined;
  private password = newPassword();
  private isSignedUp = false;
  /** In force. */
  private email: string | null = null;
  /** Requested, and its link is not used yet. */
  private awaited: string | null = null;
  private readonly live = new Set<string>();
  private readonly over = new Set<string>();

  /** @param mails the mailbox of its owner; without it, its address does not change. */
  constructor(private readonly mails?: Mails) {}

  /** Performs random user actions. @throws Unanswered */
  async use(api: Api): Promise<void> {
    if (!this.isSignedUp) await this.signUp(api);
    const { mails } = this;
    const deeds = [
      async () => {
        const [survivor] = this.live;
        await this.changePassword(api, survivor ?? (await this.logIn(api)));
      },
      async () => this.logOut(api, await this.logIn(api)),
      async () => mails && this.changeEmail(api, await this.logIn(api), mails),
    ];
    while (deeds.length > 0) {
      const [deed] = deeds.splice(Math.floor(Math.random() * deeds.length), 1);
      await deed();
    }
  }

  /** Checks that everything confirmed holds, and determines the rest. @returns what does not hold. */
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
    const lost = await this.sessionLosses(api);
    return this.mails ? [...lost, ...(await this.emailLosses(api, this.mails, open?.email))] : lost;
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

  /** Requested, mailed to the new address, and in force when the mailed link is used. */
  private async changeEmail(api: Api, session: string, mails: Mails): Promise<void> {
    const me = await api.me(session).catch(() => null);
    if (!me) throw new Unanswered();
    const email = `${randomBytes(8).toString('hex')}@example.com`;
    const step = 'e-mail change';
    await this.ask(api, { step }, 200, `PATCH users/${me.id}`, { email }, session);
    this.awaited = email;
    const token = await mails.token(email, () => api.isLoggedIn(session).catch(() => false));
    if (token === null) throw new Unanswered();
    await this.ask(api, { step, email }, 204, 'email-confirmation', { token });
    this.email = email;
    this.awaited = null;
  }

  private async logOut(api: Api, session: string): Promise<void> {
    this.live.delete(session); // unknown until the response
    await this.ask(api, { step: 'log-out', session }, 204, 'logout', {}, session);
    this.over.add(session);
  }

  private async ask(api: Api, question: Question, ...request: Request): Promise<WireAnswer> {
    this.open = question;
    const answer = await api.tell(question.step, ...request);
    this.open = undefined;
    return answer;
  }

  /** A new password ends all earlier sessions. */
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

  /** An address is in force or not; a promised mail arrives, perhaps only now. */
  private async emailLosses(api: Api, mails: Mails, open?: string): Promise<string[]> {
    const me = await api.me(await api.logIn(this.username, this.password));
    const stored = me?.emailVerified ? me.email : null;
    const lost: string[] = [];
    if (stored !== this.email && stored !== (open ?? null))
      lost.push(`${this.username}: its address is another`);
    if (open !== undefined && stored === open) this.email = open;
    else if (this.awaited !== null && !(await mails.arrives(this.awaited)))
      lost.push(`${this.username}: the mail to its new address is gone`);
    this.awaited = null;
    return lost;
  }
}
