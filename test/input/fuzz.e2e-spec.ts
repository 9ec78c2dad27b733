import fc from 'fast-check';
import { BASE_URL, PASSWORD } from '../support/app';
import { flashes, submit } from '../support/page';
import { IS_LONG } from '../support/rounds';
import type { Answer } from './exchange';
import { type Cast, FuzzedApp, pathOf } from './fuzz-app';
import { type FuzzRequest, fuzzRequests } from './fuzz-requests';
import { LEAK } from './refusals';

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? (IS_LONG ? 50_000 : 2_000));
/** Another one every day in the long form. */
const SEED = Number(process.env.FUZZ_SEED ?? (IS_LONG ? Math.floor(Date.now() / 86_400_000) : 20_261_122));
const PARALLEL = 8;
/** After this many requests there are two new users: the previous ones may have deleted themselves or logged out. */
const ACT = 200;
const TIMEOUT_MS = 60_000 + REQUESTS * 40;

describe('The application under thousands of generated requests', () => {
  let fuzzed: FuzzedApp;
  const statuses = new Map<number, number>();

  beforeAll(async () => {
    fuzzed = await FuzzedApp.start(PARALLEL);
  });
  afterAll(() => fuzzed.close());

  async function play(request: FuzzRequest, cast: Cast): Promise<void> {
    const answer = await fuzzed.send(request, cast).catch(async (error: unknown) => {
      // An export breaks off when another request ends its session meanwhile, and for no other reason.
      if (!/export/i.test(request.path) || !(await fuzzed.isLoggedOut(request.who, cast))) throw error;
      return null;
    });
    if (!answer) return;
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    expectDecent(answer, request.method, pathOf(request, cast));
  }

  it('gets requests to every route', () => {
    expect(fuzzed.routes.length).toBeGreaterThan(40);
    const route = { method: 'PATCH', path: '/api/v1/users/:userId/messages/:messageId' };
    expect(fuzzed.routes).toContainEqual(route);
  });

  it(
    `answers ${REQUESTS} of them without a fault (FUZZ_SEED=${SEED}), and works afterwards`,
    async () => {
      const requests = fc.sample(fuzzRequests(fuzzed.routes), { numRuns: REQUESTS, seed: SEED });
      for (let act = 0; act < REQUESTS; act += ACT) {
        const cast = await fuzzed.cast(act);
        const waiting = requests.slice(act, act + ACT).map((request, at) => ({ request, number: act + at }));
        await Promise.all(
          Array.from({ length: PARALLEL }, async () => {
            for (let next = waiting.shift(); next; next = waiting.shift()) {
              const { request, number } = next;
              await play(request, cast).catch((error: unknown) => {
                const said = error instanceof Error ? error.message : String(error);
                const what = `FUZZ_SEED=${SEED}, request ${number}: ${JSON.stringify(request)}`;
                throw new Error(`${what}\n${said}`);
              });
            }
          }),
        );
      }

      // Requests refused at the first check prove little: every kind of response must be among them.
      const kinds = [200, 303, 400, 401, 403, 404, 405, 415, 422];
      expect([...statuses.keys()]).toEqual(expect.arrayContaining(kinds));

      const agent = fuzzed.app.agent();
      await submit(agent, '/users/signup', { username: 'afterwards', password: PASSWORD }).expect(303);
      await submit(agent, '/users/login', { username: 'afterwards', password: PASSWORD }).expect(303);
      const welcome = await agent.get('/users/welcome').expect(200);
      expect(flashes(welcome)).toContain("You've successfully logged in!");
      await agent.get('/health/ready').expect(200);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
    TIMEOUT_MS,
  );
});

function expectDecent({ status, headers, text }: Answer, method: string, path: string): void {
  expect({ status, text: status < 500 ? '' : text }).toEqual({ status: expect.any(Number), text: '' });
  expect(headers['content-security-policy']).toContain("frame-ancestors 'none'");
  expect(headers['x-content-type-options']).toBe('nosniff');
  expect(headers['cache-control']).toBeDefined();
  expect(text).not.toMatch(LEAK);

  const isProblem = status >= 400 && /^(http:\/\/[^/]*)?\/api\/v1\//i.test(path) && method !== 'HEAD';
  if (isProblem) {
    expect(headers['content-type']).toMatch(/^application\/problem\+json/);
    expect(JSON.parse(text)).toMatchObject({ status });
  }
  if (headers.location !== undefined) expect(new URL(headers.location, BASE_URL).origin).toBe(BASE_URL);
}
