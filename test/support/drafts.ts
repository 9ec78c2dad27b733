import type { Response } from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import type { EndReason } from '../../src/sessions/session-engine';
import { SessionTermination } from '../../src/sessions/session-termination';
import { PASSWORD, type TestApp } from './app';
import { setCookie, submit } from './page';

/** Ends all sessions of a user on the server; the cookies in the browsers do not change. */
export async function endSessions({ app }: TestApp, userId: number, reason: EndReason): Promise<void> {
  await app.get(SessionTermination, { strict: false }).endAllOf(userId, reason);
}

export async function countDrafts({ dataSource }: TestApp): Promise<number> {
  const [{ n }] = await dataSource.query<{ n: number | string }[]>('SELECT count(*) AS n FROM kept_forms');
  return Number(n);
}

/** The token in the cookie `form` that a response sets, or undefined. */
export function formToken(answer: Response): string | undefined {
  return /^form=([\w-]+);/.exec(setCookie(answer, 'form') ?? '')?.[1];
}

/** Logs in by the form of the log-in page. @returns where it redirects. */
export async function logInByPage(agent: TestAgent, username: string, next?: string): Promise<string> {
  const fields = { username, password: PASSWORD, ...(next && { next }) };
  const answer = await submit(agent, '/users/login', fields).expect(303);
  return answer.headers.location;
}
