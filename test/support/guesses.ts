import type { Response } from 'supertest';
import type TestAgent from 'supertest/lib/agent';
import { PasswordHasher } from '../../src/auth/passwords/password-hasher';
import type { SecurityEvent, SecurityEventName } from '../../src/events/bus/security-event';
import { SecurityEventBus } from '../../src/events/bus/security-event-bus';
import type { TestApp } from './app';

export const WRONG = 'not the password at all';

/** Tries a password by the API. */
export function guess(agent: TestAgent, username: string, password = WRONG): Promise<Response> {
  return agent.post('/api/v1/auth/login').send({ username, password }).then();
}

/** An attempt from another address, as the proxy reports it: the app needs TRUST_PROXY=1. */
export function guessFrom(app: TestApp, address: string, username: string, password = WRONG) {
  return guess(app.agent().set('X-Forwarded-For', address), username, password);
}

/** The n-th of as many addresses as a test needs. */
export const address = (n: number): string => `198.51.${n >> 8}.${n & 255}`;

/** Wrong guesses until no free one is left. */
export async function useUpFreeGuesses(agent: TestAgent, username: string): Promise<void> {
  for (let n = 0; n < 5; n += 1) expect((await guess(agent, username)).status).toBe(401);
}

/** A browser in which a user has logged in and out again: it still has the device cookie. */
export async function knownDevice(app: TestApp, username: string): Promise<TestAgent> {
  const agent = await app.loggedIn(username);
  await agent.post('/api/v1/auth/logout').expect(204);
  return agent;
}

/** Counts the passwords that are verified from now on. */
export function hashesOf(app: TestApp): () => number {
  const hasher = app.app.get(PasswordHasher, { strict: false });
  const spies = [jest.spyOn(hasher, 'verify'), jest.spyOn(hasher, 'simulateVerify')];
  const calls = () => spies.reduce((sum, { mock }) => sum + mock.calls.length, 0);
  const before = calls();
  return () => calls() - before;
}

/** The events published under a name from now on. */
export function heard<Name extends SecurityEventName>(app: TestApp, name: Name) {
  const events: SecurityEvent<Name>['details'][] = [];
  app.app.get(SecurityEventBus, { strict: false }).on(name, ({ details }) => void events.push(details));
  return events;
}

/** The seconds in `Retry-After`. */
export const retryAfter = (answer: Response): number => Number(answer.headers['retry-after']);
