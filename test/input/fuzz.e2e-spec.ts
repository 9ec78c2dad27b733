import fc from 'fast-check';
import { BASE_URL, PASSWORD, TestApp } from '../support/app';
import { cookiePair, flashes, submit } from '../support/page';
import { type Answer, Client } from './exchange';
import type { Route } from './fuzz-bodies';
import { type FuzzRequest, fuzzRequests, type Who } from './fuzz-requests';
import { LEAK } from './refusals';

const REQUESTS = Number(process.env.FUZZ_REQUESTS ?? (process.env.CI ? 8_000 : 2_000));
const SEED = Number(process.env.FUZZ_SEED ?? 20_261_122);
const PARALLEL = 8;
/** After so many requests there are two new users: the ones before may have deleted themselves or logged out. */
const ACT = 200;
const PATIENCE = 60_000 + REQUESTS * 40;

/** As in production, where views are compiled once, but with hashes that cost nothing and no throttle in the way. */
const ENVIRONMENT = {
  NODE_ENV: 'production',
  SESSION_SECRET: 'a secret of forty characters for fuzzing',
  ALLOW_UNSAFE: 'BCRYPT_COST,THROTTLE',
  THROTTLE: 'off',
  LAB: 'on',
};

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
}

interface Cast {
  own: { id: number; cookie: string };
  other: { id: number; cookie: string };
}

describe('The application under thousands of generated requests', () => {
  let app: TestApp;
  let client: Client;
  let routes: Route[];
  const statuses = new Map<number, number>();

  beforeAll(async () => {
    app = await TestApp.start(ENVIRONMENT);
    client = new Client(app.port, PARALLEL);
    const { stack } = app.app.getHttpAdapter().getInstance().router as { stack: Layer[] };
    routes = stack.flatMap(({ route }) =>
      [route?.path ?? []]
        .flat()
        .flatMap((path) =>
          Object.keys(route?.methods ?? {}).map((method) => ({ path, method: method.toUpperCase() })),
        ),
    );
    routes.push({ method: 'GET', path: '/assets/:file' }); // a middleware, which is no route
  });
  afterAll(async () => {
    client.close();
    await app.close();
  });

  async function member(name: string): Promise<Cast['own']> {
    const id = await app.signUp(name);
    const login = await submit(app.agent(), '/users/login', { username: name, password: PASSWORD });
    return { id, cookie: cookiePair(login, 'sid') };
  }

  function cookieOf(who: Who, { own, other }: Cast): Record<string, string> {
    const cookies: Record<Who, string> = {
      own: own.cookie,
      other: other.cookie,
      tampered: `${own.cookie.slice(0, -3)}xyz`,
      planted: `${other.cookie}; ${own.cookie}`,
      junk: `sid=s%3Ajunk.; session=e30.1.x; flash=%ff; __proto__=1; "=;;`,
      nobody: '',
    };
    return cookies[who] === '' ? {} : { Cookie: cookies[who] };
  }

  async function play(request: FuzzRequest, cast: Cast): Promise<void> {
    const path = request.path
      .replaceAll('{own}', String(cast.own.id))
      .replaceAll('{other}', String(cast.other.id));
    const answer = await client.ask({
      method: request.method,
      path,
      headers: { ...request.headers, ...cookieOf(request.who, cast) },
      body: request.body === null ? undefined : Buffer.from(request.body, 'latin1'),
    });
    statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
    expectDecent(answer, request.method, path);
  }

  it('has every route of the application among its targets', () => {
    expect(routes.length).toBeGreaterThan(40);
    expect(routes).toContainEqual({ method: 'PATCH', path: '/api/v1/users/:userId/messages/:messageId' });
  });

  it(
    `answers ${REQUESTS} of them decently (FUZZ_SEED=${SEED}), and serves people afterwards`,
    async () => {
      const requests = fc.sample(fuzzRequests(routes), { numRuns: REQUESTS, seed: SEED });
      for (let act = 0; act < REQUESTS; act += ACT) {
        const cast = { own: await member(`own.${act}`), other: await member(`other.${act}`) };
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

      // What is refused at the first door proves little: every kind of answer must have been among them.
      const kinds = [200, 303, 400, 401, 403, 404, 405, 415, 422];
      expect([...statuses.keys()]).toEqual(expect.arrayContaining(kinds));

      const agent = app.agent();
      await submit(agent, '/users/signup', { username: 'afterwards', password: PASSWORD }).expect(303);
      await submit(agent, '/users/login', { username: 'afterwards', password: PASSWORD }).expect(303);
      const welcome = await agent.get('/users/welcome').expect(200);
      expect(flashes(welcome)).toContain("You've successfully logged in!");
      await agent.get('/health/ready').expect(200);
      expect(Object.keys(Object.prototype)).toEqual([]);
    },
    PATIENCE,
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
