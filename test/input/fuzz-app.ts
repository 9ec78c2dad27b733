import { PASSWORD, TestApp } from '../support/app';
import { cookiePair, submit } from '../support/page';
import { type Answer, Client } from './exchange';
import type { Route } from './fuzz-bodies';
import { type FuzzRequest, LISTED_ORIGIN, type Who } from './fuzz-requests';

/** As in production, where views are compiled once, but with cheap hashes and no throttle. */
const ENVIRONMENT = {
  NODE_ENV: 'production',
  SESSION_SECRET: 'a secret of forty characters for fuzzing',
  ALLOW_UNSAFE: 'BCRYPT_COST,ORIGINS,THROTTLE',
  ORIGINS: LISTED_ORIGIN,
  BEARER: 'on',
  THROTTLE: 'off',
  LAB: 'on',
};

interface Layer {
  route?: { path: string | string[]; methods: Record<string, boolean> };
}

/** The users who send the generated requests. */
export interface Cast {
  own: { id: number; cookie: string };
  other: { id: number; cookie: string };
}

/** The target of the generated requests. */
export class FuzzedApp {
  private constructor(
    readonly app: TestApp,
    private readonly client: Client,
    readonly routes: Route[],
  ) {}

  static async start(connections: number, environment: Record<string, string> = {}): Promise<FuzzedApp> {
    const app = await TestApp.start({ ...ENVIRONMENT, ...environment });
    const { stack } = app.app.getHttpAdapter().getInstance().router as { stack: Layer[] };
    const routes = stack.flatMap(({ route }) =>
      [route?.path ?? []]
        .flat()
        .flatMap((path) =>
          Object.keys(route?.methods ?? {}).map((method) => ({ path, method: method.toUpperCase() })),
        ),
    );
    routes.push({ method: 'GET', path: '/assets/:file' }); // a middleware, not a route
    return new FuzzedApp(app, new Client(app.port, connections), routes);
  }

  /** Two new users: the previous ones may have deleted themselves or logged out. */
  async cast(act: number): Promise<Cast> {
    return { own: await this.member(`own.${act}`), other: await this.member(`other.${act}`) };
  }

  send(request: FuzzRequest, cast: Cast, deadline?: number): Promise<Answer> {
    const sent = {
      method: request.method,
      path: pathOf(request, cast),
      headers: { ...request.headers, ...credentialsOf(request.who, cast) },
      body: request.body === null ? undefined : Buffer.from(request.body, 'latin1'),
    };
    return this.client.ask(sent, deadline);
  }

  async isLoggedOut(who: Who, cast: Cast): Promise<boolean> {
    return (
      (await this.client.ask({ path: '/api/v1/auth/me', headers: credentialsOf(who, cast) })).status === 401
    );
  }

  async close(): Promise<void> {
    this.client.close();
    await this.app.close();
  }

  private async member(name: string): Promise<Cast['own']> {
    const id = await this.app.signUp(name);
    const login = await submit(this.app.agent(), '/users/login', { username: name, password: PASSWORD });
    return { id, cookie: cookiePair(login, 'sid') };
  }
}

export const pathOf = ({ path }: FuzzRequest, { own, other }: Cast): string =>
  path.replaceAll('{own}', String(own.id)).replaceAll('{other}', String(other.id));

function credentialsOf(who: Who, { own, other }: Cast): Record<string, string> {
  // A bearer token is the signed ID of the cookie.
  if (who === 'bearer')
    return { Authorization: `Bearer ${decodeURIComponent(own.cookie).slice('sid=s:'.length)}` };
  const cookies: Record<Exclude<Who, 'bearer'>, string> = {
    own: own.cookie,
    other: other.cookie,
    tampered: `${own.cookie.slice(0, -3)}xyz`,
    planted: `${other.cookie}; ${own.cookie}`,
    junk: `sid=s%3Ajunk.; session=e30.1.x; flash=%ff; __proto__=1; "=;;`,
    guest: '',
  };
  return cookies[who] === '' ? {} : { Cookie: cookies[who] };
}
