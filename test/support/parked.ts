import { setTimeout as delay } from 'node:timers/promises';
import { UsersService } from '../../src/users/users-service';
import { PASSWORD, type TestApp } from './app';
import { cookiePair } from './page';
import { type Route, routes } from './routes';
import { Wire, type WireAnswer, type WireRequest } from './wire';

/** The body of a request to a state-changing route that would take an account over, or at least change it. */
const FIELDS: Record<string, Record<string, string>> = {
  'PATCH /users/:id': { username: 'taken-over' },
  'PUT /users/:id': { username: 'taken-over', email: 'thief@example.com' },
  'DELETE /users/:id': {},
  'PATCH /api/v1/users/:id': { email: 'thief@example.com' },
  'DELETE /api/v1/users/:id': {},
  'POST /users/:userId/messages': { content: 'by a thief' },
  'PATCH /users/:userId/messages/:messageId': { content: 'by a thief' },
  'PUT /users/:userId/messages/:messageId': { content: 'by a thief' },
  'DELETE /users/:userId/messages/:messageId': {},
  'POST /api/v1/users/:userId/messages': { content: 'by a thief' },
  'PATCH /api/v1/users/:userId/messages/:messageId': { content: 'by a thief' },
  'DELETE /api/v1/users/:userId/messages/:messageId': {},
  'DELETE /account/sessions': {},
  'DELETE /account/sessions/:id': {},
  'DELETE /api/v1/auth/sessions': {},
  'DELETE /api/v1/auth/sessions/:id': {},
  'POST /account/email': { email: 'thief@example.com' },
  'DELETE /account/email': {},
  'POST /account/email/confirmation': {},
  'DELETE /account/email/pending': {},
  'POST /account/password': { currentPassword: PASSWORD, newPassword: 'a thief chose this one' },
  'POST /api/v1/auth/password': { currentPassword: PASSWORD, newPassword: 'a thief chose this one' },
  'POST /account/delete': { currentPassword: PASSWORD },
  'DELETE /account/delete': { currentPassword: PASSWORD },
  'POST /account/reauthenticate': { password: PASSWORD },
  'POST /api/v1/auth/reauthenticate': { password: PASSWORD },
};

const CHANGES_STATE = ['POST', 'PUT', 'PATCH', 'DELETE'];
const nameOf = ({ method, path }: Route) => `${method} ${path}`;

/** The protected routes that change data, as the application itself lists them. */
export async function closedChanges(app: TestApp): Promise<Route[]> {
  const changes = routes(app).filter(({ method }) => CHANGES_STATE.includes(method));
  const wire = await Wire.open(app.port);
  const closed: Route[] = [];
  for (const route of changes) {
    const path = route.path.replace(/:\w+/g, '1');
    const answer = await wire.ask({ method: route.method, path, headers: headersOf(app, route.path) });
    if (answer.text.includes('Please log in first')) closed.push(route);
    else if (answer.status === 303 && flashOf(answer).includes('Please log in first')) closed.push(route);
  }
  wire.close();
  return closed;
}

export interface Victim {
  id: number;
  username: string;
  messageId: number;
  /** The owner's other browser. */
  agent: Awaited<ReturnType<TestApp['loggedIn']>>;
  /** The session that a thief has copied. */
  cookie: string;
  publicId: string;
}

/** A user who is logged in on two devices. */
export async function victim(app: TestApp, username: string): Promise<Victim> {
  const account = { username, password: PASSWORD, email: `${username}@example.com` };
  const { body } = await app.agent().post('/api/v1/auth/signup').send(account).expect(201);
  const { id } = body as { id: number };
  const agent = await app.loggedIn(username);
  const credentials = { username, password: PASSWORD };
  const login = await app.agent().post('/api/v1/auth/login').send(credentials).expect(200);
  const written = await agent.post(`/api/v1/users/${id}/messages`).send({ content: 'Hello' }).expect(201);
  const cookie = cookiePair(login, 'sid');
  const listed = await app.agent().get('/api/v1/auth/sessions').set('Cookie', cookie).expect(200);
  const { items } = listed.body as { items: { id: string; current: boolean }[] };
  const publicId = items.find(({ current }) => current)!.id;
  return { id, username, messageId: (written.body as { id: number }).id, agent, cookie, publicId };
}

export interface Ending {
  /** The reason in the API. */
  reason: string;
  /** The text on a page, if it shows one. */
  text?: string;
  act: (on: TestApp, victim: Victim) => Promise<unknown>;
}

const users = ({ app }: TestApp) => app.get(UsersService, { strict: false });

/** Every way to end a session except by time. */
export const ENDINGS: Record<string, Ending> = {
  'a log-out': {
    reason: 'logged_out',
    act: (on, { cookie }) => on.agent().post('/api/v1/auth/logout').set('Cookie', cookie).expect(204),
  },
  'a revocation from another device': {
    reason: 'revoked',
    text: 'This session was ended from another device.',
    act: (_on, { agent, publicId }) => agent.delete(`/api/v1/auth/sessions/${publicId}`).expect(204),
  },
  'a change of the password': {
    reason: 'password_changed',
    text: 'Your password was changed; please log in again.',
    act: (_on, { agent }) =>
      agent
        .post('/api/v1/auth/password')
        .send({ currentPassword: PASSWORD, newPassword: 'a heron stands in the rain' })
        .expect(204),
  },
  'the disabling of the user': {
    reason: 'user_disabled',
    text: 'Your account has been disabled.',
    act: (on, { id }) => users(on).disable(id),
  },
  'the deletion of the user': {
    reason: 'user_deleted',
    act: (_on, { agent, id }) => agent.delete(`/api/v1/users/${id}`).expect(204),
  },
  'a change of the role': {
    reason: 'role_changed',
    text: 'What you may do has changed; please log in again.',
    act: (on, { id }) => users(on).changeRoles(id, ['admin']),
  },
};

/** The stored data of accounts; not the records of the refusals. */
export async function stored({ dataSource }: TestApp): Promise<string> {
  const read = [
    'SELECT * FROM users ORDER BY id',
    'SELECT * FROM messages ORDER BY id',
    'SELECT * FROM tokens ORDER BY user_id, purpose',
    'SELECT selector, ended_at FROM remember_families ORDER BY selector',
    'SELECT id_hash, user_id FROM sessions WHERE ended_at IS NULL AND user_id IS NOT NULL ORDER BY id_hash',
    'SELECT count(*) AS n FROM outbox',
  ];
  return JSON.stringify(await Promise.all(read.map((sql) => dataSource.query(sql))));
}

/** The request that attacks a victim through this route. */
export function requestTo(app: TestApp, route: Route, target: Victim): WireRequest {
  const fields = FIELDS[nameOf(route)];
  if (!fields) throw new Error(`Say in test/support/parked.ts what to send to ${nameOf(route)}`);
  const { method, path } = route;
  return {
    method,
    path: pathFor(path, target),
    cookie: target.cookie,
    headers: headersOf(app, path),
    ...(path.startsWith('/api') ? { json: fields } : { form: { ...fields, _csrf: 'x' } }),
  };
}

interface Parked {
  route: string;
  isApi: boolean;
  wire: Wire;
  finish: () => Promise<WireAnswer>;
}

/**
 * Sends all but the last byte of a request to each of these routes, in a victim's name: in turn with a length, in chunks,
 * and with `Expect: 100-continue`.
 */
export async function park(app: TestApp, target: Victim, closed: Route[]): Promise<Parked[]> {
  const parked = closed.map(async (route, index): Promise<Parked> => {
    const request = requestTo(app, route, target);
    if (index % 3 === 2) request.headers = { ...request.headers, Expect: '100-continue' };
    const wire = await Wire.open(app.port);
    const { finish } = wire.park({ ...request, isChunked: index % 3 === 1 });
    return { route: nameOf(route), isApi: route.path.startsWith('/api'), wire, finish };
  });
  const all = await Promise.all(parked);
  await delay(100); // the application is reading all of them now
  return all;
}

const pathFor = (path: string, { id, messageId, publicId }: Victim): string =>
  path
    .replace(/sessions\/:id/, `sessions/${publicId}`)
    .replace(/:(id|userId)/, String(id))
    .replace(':messageId', String(messageId));

const headersOf = (app: TestApp, path: string) => ({
  Origin: app.baseUrl,
  Accept: path.startsWith('/api') ? 'application/json' : 'text/html',
});

/** The texts of the flashes in the guest cookie of a response. */
export function flashOf(answer: WireAnswer): string {
  const pair = answer.cookie('flash') ?? '';
  const [payload] = decodeURIComponent(pair.slice(pair.indexOf('=') + 1)).split('.');
  return Buffer.from(payload, 'base64url').toString();
}

/** What is wrong with the response to a request from an ended session, or undefined. */
export function faultOf(answer: WireAnswer, isApi: boolean, reason: string): string | undefined {
  const told = isApi ? (JSON.parse(answer.text || '{}') as { reason?: string }).reason : reason;
  const isRefused = isApi
    ? answer.status === 401
    : answer.status === 303 && answer.header('location') === '/users/login';
  if (isRefused && told === reason) return undefined;
  return `${answer.status} ${answer.header('location') ?? told ?? ''}`;
}
