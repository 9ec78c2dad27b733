import { once } from 'node:events';
import { readFile } from 'node:fs/promises';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import express, { type Request, type Response } from 'express';
import { DataSource } from 'typeorm';

/** Among the words that are tried first. */
export const GUESSABLE = 'trustno1';

const LINKS = [
  '/users/login?next=/users/welcome',
  '/users/logout?next=/users/login',
  '/users/welcome',
  '/messages?cursor=Mw&limit=5',
  '/users/1/messages/new',
  '/files?name=readme.txt',
  '/ping?host=localhost',
];
const WRONG = 'Invalid credentials. Please try again.';

/**
 * FULL OF HOLES ON PURPOSE, each beside the word "Hole", and to be reached from this machine alone. It has addresses and
 * fields of Latchkey, so that the very commands that find nothing there are seen to find something here.
 */
export class VulnerableApp {
  private constructor(
    readonly server: Server,
    private readonly database: DataSource,
  ) {}

  static async start(): Promise<VulnerableApp> {
    const database = await new DataSource({ type: 'sqlite', database: ':memory:' }).initialize();
    await database.query('CREATE TABLE users (id INTEGER PRIMARY KEY, username TEXT, password TEXT)');
    await database.query('CREATE TABLE messages (cursor TEXT, content TEXT)');
    await database.query(`INSERT INTO users (username, password) VALUES ('ada', '${GUESSABLE}')`);
    await database.query("INSERT INTO messages VALUES ('MQ', 'First'), ('Mg', 'Second'), ('Mw', 'Third')");
    const server = application(database).listen(0, '127.0.0.1');
    await once(server, 'listening');
    return new VulnerableApp(server, database);
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  get url(): string {
    return `http://localhost:${this.port}`;
  }

  async close(): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await this.database.destroy();
  }
}

function application(database: DataSource): express.Express {
  const app = express();
  app.use(express.urlencoded({ extended: false }), express.json());
  app.use((_request, response, next) => {
    response.set('Set-Cookie', 'visits=1'); // Hole: scripts can read it
    next();
  });

  app.get('/', (_request, response) => page(response, LINKS.map(link).join('')));

  app.get('/users/login', ({ query }, response) => page(response, loginForm(query.next)));

  app.post('/users/login', async ({ body }: Request<object, string, Fields>, response) => {
    const user = await userOf(body);
    if (!user) {
      page(response.status(401), WRONG + loginForm(body.next));
      return;
    } // Hole: no throttle
    redirect(response, body.next);
  });

  app.get('/users/logout', ({ query }, response) => redirect(response, query.next));

  app.get('/users/welcome', (_request, response) => page(response, 'Welcome'));

  app.get(['/messages', '/api/v1/messages'], async ({ query }: Asked, response: Response) => {
    // Hole: SQL from the address
    const sql = `SELECT content FROM messages WHERE cursor <= '${query.cursor}'`;
    const found = await rows<{ content: string }>(sql);
    page(response, found.map(({ content }) => `<p>${content}</p>`).join('')); // Hole: stored scripts
  });

  // Hole: no token against other sites
  app.get('/users/1/messages/new', (_request, response) =>
    page(response, '<form method="post" action="/users/1/messages"><input name="content"></form>'),
  );

  app.post(['/users/1/messages', '/api/v1/users/1/messages'], async ({ body }, response) => {
    const { content } = body as Fields;
    // Hole: SQL from a field
    const known = await rows(`SELECT content FROM messages WHERE content = '${content}'`);
    if (known.length > 0) {
      page(response.status(409), 'Written already');
      return;
    }
    await database.query('INSERT INTO messages VALUES (?, ?)', ['MA', content]);
    response.redirect(303, '/messages?cursor=Mw&limit=5');
  });

  app.get('/api/v1/users/:id', async ({ params }, response) => {
    const [user] = await rows(`SELECT id, username FROM users WHERE id = ${params.id}`); // Hole: SQL from a path
    response.status(user ? 200 : 404).send(user ?? {});
  });

  app.patch('/api/v1/users/1', async ({ body }: Request<object, object, Fields>, response) => {
    // Hole: SQL from a field
    const [namesake] = await rows(`SELECT id, username FROM users WHERE username = '${body.username}'`);
    response.send(namesake ?? {});
  });

  app.get('/files', async ({ query }: Asked, response: Response) => {
    // Hole: any file of this machine
    const text = await readFile(`${__dirname}/${query.name}`, 'utf8').catch(() => 'No such file');
    response.type('text').send(text);
  });

  app.get('/ping', ({ query }: Asked, response: Response) => {
    // Hole: a shell. It is simulated, so that this port offers no real one.
    const runsEnv = /[;|&`\n]\s*env/.test(query.host ?? '');
    response.type('text').send(runsEnv ? 'PATH=/usr/bin\nPWD=/' : 'Pong');
  });

  app.use((error: Error, _request: Request, response: Response, _next: express.NextFunction) => {
    page(response.status(500), `SQLite error 1: ${error.message}`); // Hole: tells what the database said
  });
  return app;

  function rows<Row = { id: number }>(sql: string): Promise<Row[]> {
    return database.query<Row[]>(sql);
  }

  async function userOf({ username, password }: Fields): Promise<{ id: number } | undefined> {
    // Hole: SQL from fields, and passwords that are stored as they are
    const sql = `SELECT id FROM users WHERE username = '${username}' AND password = '${password}'`;
    return (await rows(sql))[0];
  }
}

/** With the query's fields as texts, whatever they are. */
type Asked = Request<object, unknown, unknown, Fields>;
type Fields = Partial<Record<string, string>>;

function page(response: Response, html: string): void {
  response.type('html').send(`<!doctype html><title>Vulnerable</title>${html}`); // Hole: no CSP, no other header
}

const link = (path: string) => `<a href="${path}">${path}</a> `;

/** Hole: `next` stands in the page as it came. */
const loginForm = (next: unknown) =>
  `<form method="post" action="/users/login"><input name="username"><input name="password" type="password">
   <input type="hidden" name="next" value="${String(next)}"><input type="submit"></form>`;

/** Hole: goes anywhere, and lets line breaks through, encoded twice at that, which Node's own headers would not. */
function redirect({ socket }: Response, path: unknown): void {
  const location = decodeURIComponent(String(path));
  socket?.end(
    `HTTP/1.1 302 Found\r\nLocation: ${location}\r\nContent-Length: 0\r\nConnection: close\r\n\r\n`,
  );
}
