import assert from 'node:assert/strict';
import type { Response } from 'supertest';
import { decoded } from './html-form';
import type { LatchkeyTestAgent } from './test-agent';

/** Fails unless the response shows this flash, or sends it to the next page. @throws AssertionError */
export function expectFlash(response: Response, text: string): void {
  const flashes = [...shownFlashes(response.text), ...cookiesOf(response).flatMap(carriedFlashes)];
  assert.ok(
    flashes.includes(text),
    `Expected the flash "${text}" in ${described(response)}, found ${JSON.stringify(flashes)}`,
  );
}

/** @param path with its query. @throws AssertionError */
export function expectRedirect(response: Response, path: string): void {
  const { location } = response.headers as Record<string, string | undefined>;
  assert.ok(
    response.status >= 300 && response.status < 400 && location === path,
    `Expected a redirect to ${path}, got ${described(response)}`,
  );
}

/** Fails unless the response says that nobody is logged in any more: 401, to the log-in, or the session's cookie cleared. @throws AssertionError */
export function expectLoggedOut(response: Response): void {
  const { location = '' } = response.headers as Record<string, string | undefined>;
  const isCleared = cookiesOf(response).some((line) => /^(__Host-)?sid=;/.test(line));
  const isLogIn = response.status >= 300 && response.status < 400 && /\/users\/login(\?|$)/.test(location);
  assert.ok(
    response.status === 401 || isLogIn || isCleared,
    `Expected a response to somebody who is logged out, got ${described(response)}`,
  );
}

const seen = new WeakMap<LatchkeyTestAgent, string | undefined>();

/** Remembers the session that an agent begins with. */
export const noteSession = (agent: LatchkeyTestAgent): void => void seen.set(agent, agent.sessionCookie());

/** Fails unless the agent has another session ID than at its log-in, or at the last call. @throws AssertionError */
export function expectSessionRotated(agent: LatchkeyTestAgent): void {
  const [before, now] = [seen.get(agent), agent.sessionCookie()];
  assert.ok(now !== undefined, 'Expected a new session ID, but the agent has no session');
  assert.ok(now !== before, 'Expected a new session ID, but the agent still has the one from before');
  noteSession(agent);
}

function described({ status, headers, text }: Response): string {
  const { location } = headers as Record<string, string | undefined>;
  return location === undefined ? `${status} ${text.slice(0, 200)}` : `${status} to ${location}`;
}

const cookiesOf = ({ headers }: Response): string[] =>
  (headers['set-cookie'] as unknown as string[] | undefined) ?? [];

const shownFlashes = (html: string): string[] =>
  [...html.matchAll(/<p class="flash[^>]*>([\s\S]*?)<\/p>/g)].map(([, text]) => decoded(text.trim()));

/** The cookie is base64url JSON with a time and a signature behind it. */
function carriedFlashes(line: string): string[] {
  const payload = /^(?:__Host-)?flash[\w-]*=([\w-]+)\./.exec(line)?.[1];
  if (payload === undefined) return [];
  const flashes = JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<
    string,
    { text: string }
  >;
  return Object.values(flashes).map(({ text }) => text);
}
