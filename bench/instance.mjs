/** A running target with its own stores. */
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { freePort } from './free-port.mjs';
import { start, stop } from './processes.mjs';
import { newAgent, newUser, send, Visitor } from './visitor.mjs';

const START_TIMEOUT_MS = 60_000;
const AT_ONCE = 4;
const UNTHROTTLED = { THROTTLE: 'off', ALLOW_UNSAFE: 'BCRYPT_COST,THROTTLE' };

export class Instance {
  static async create(target, { services, folder }) {
    const port = await freePort();
    const data = join(folder, `${target.name.replace(/\W+/g, '-')}-${port}`);
    mkdirSync(data, { mode: 0o700 });
    return new Instance(target, port, data, await services.lease());
  }

  constructor(target, port, data, { databaseUrl, redisUrl }) {
    Object.assign(this, { target, data, base: `http://127.0.0.1:${port}` });
    const fill = (text) => String(text).replaceAll('{port}', port).replaceAll('{data}', data);
    this.argv = target.start.map(fill);
    this.cwd = fill(target.cwd);
    this.env = {
      PATH: process.env.PATH,
      NODE_ENV: 'production',
      PORT: String(port),
      STORE: target.store,
      WORKERS: String(target.workers),
      DATA_DIR: data,
      DATABASE_URL: databaseUrl,
      REDIS_URL: redisUrl,
      BCRYPT_COST: '12',
    };
    for (const [name, value] of Object.entries(target.env ?? {})) this.env[name] = fill(value);
  }

  get pid() {
    return this.child.pid;
  }

  /** @returns the milliseconds until it served the log-in form. */
  async up(settings = {}) {
    const begun = performance.now();
    const logFile = join(this.data, 'log');
    this.child = start(this.argv, { cwd: this.cwd, env: { ...this.env, ...settings }, logFile });
    const agent = newAgent();
    const answers = () =>
      send(agent, this.base, 'GET', this.target.paths.login).then(
        ({ status }) => status === 200,
        () => false,
      );
    while (!(await answers())) {
      if (this.child.exitCode === null && performance.now() - begun < START_TIMEOUT_MS) await delay(5);
      else
        throw new Error(`${this.target.name} did not start:\n${readFileSync(logFile, 'utf8').slice(-2000)}`);
    }
    agent.destroy();
    return performance.now() - begun;
  }

  /** Configured for many log-ins in a row from one address. */
  upForLogins(cost, settings = {}) {
    return this.up({ ...UNTHROTTLED, BCRYPT_COST: String(cost), ...settings });
  }

  async down() {
    await stop(this.child);
  }

  async remove() {
    await this.down();
    rmSync(this.data, { recursive: true, force: true });
  }

  /** Signs users up while it runs; `cookieFile` gets a line for each one, logged in, after its first page. */
  async populate(count) {
    const agent = newAgent(AT_ONCE);
    const cookies = [];
    const { welcome } = this.target.paths;
    const walk = async (index) => {
      const user = newUser(index);
      await new Visitor(this.target, this.base, agent).signUp(user);
      const visitor = new Visitor(this.target, this.base, agent);
      const isIn = (await visitor.logIn(user)) && (await visitor.get(welcome)).status === 200;
      if (!isIn) throw new Error(`${this.target.name}: ${user.username} could not log in`);
      await visitor.get(welcome); // some remove the flash message one page later
      cookies.push(visitor.cookie);
    };
    for (let from = 0; from < count; from += AT_ONCE)
      await Promise.all(
        Array.from({ length: Math.min(AT_ONCE, count - from) }, (_, index) => walk(from + index)),
      );
    agent.destroy();
    this.keepCookies(cookies);
  }

  keepCookies(cookies) {
    this.cookies = cookies;
    this.cookieFile = join(this.data, 'cookies');
    writeFileSync(this.cookieFile, `${cookies.join('\n')}\n`);
  }

  /** As shipped, with existing users. */
  async upWithUsers(count, settings) {
    await this.upForLogins(4);
    await this.populate(count);
    await this.down();
    await this.up(settings);
  }
}
