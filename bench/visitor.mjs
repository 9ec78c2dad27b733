/** A minimal browser: keep-alive connections, cookies, and the CSRF token of a form. */
import { Agent, request } from 'node:http';

export const newAgent = (maxSockets = 1) => new Agent({ keepAlive: true, maxSockets });

export const newUser = (index) => ({
  username: `heron${index}`,
  email: `heron${index}@example.com`,
  password: `a heron stands in the rain ${index}`,
});

/** @returns status, headers and text of one answer. @param origin where a form comes from. */
export function send(agent, base, method, path, { cookie, form, origin = base } = {}) {
  const body = form && new URLSearchParams(form).toString();
  const headers = {
    Origin: origin,
    ...(cookie && { Cookie: cookie }),
    ...(body && {
      'Content-Type': 'application/x-www-form-urlencoded',
      'Content-Length': Buffer.byteLength(body),
    }),
  };
  return new Promise((resolve, reject) => {
    const sent = request(new URL(path, base), { agent, method, headers, timeout: 60_000 }, (answer) => {
      const chunks = [];
      answer.on('data', (chunk) => chunks.push(chunk)).on('error', reject);
      answer.on('end', () =>
        resolve({
          status: answer.statusCode,
          headers: answer.headers,
          text: Buffer.concat(chunks).toString(),
        }),
      );
    });
    sent.on('timeout', () => sent.destroy(new Error(`${path}: no answer`))).on('error', reject);
    sent.end(body);
  });
}

const ENTITIES = { amp: '&', lt: '<', gt: '>', quot: '"', '#x27': "'", '#39': "'", '#x3D': '=' };
const unescape = (text) => text.replace(/&(#?\w+);/g, (whole, name) => ENTITIES[name] ?? whole);

export class Visitor {
  #cookies = new Map();

  constructor(target, base, agent) {
    Object.assign(this, { target, base, agent });
  }

  get cookie() {
    return [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
  }

  get(path) {
    return this.#send('GET', path);
  }

  async signUp(user) {
    const { paths, fields } = this.target;
    const form = await this.#token(paths.signup);
    for (const [what, field] of Object.entries(fields.signup))
      form[field] = user[what === 'confirm' ? 'password' : what];
    const answer = await this.#send('POST', paths.signup, form);
    if (answer.status >= 400) throw new Error(`${this.target.name}: a sign-up was answered ${answer.status}`);
    return answer;
  }

  /** @returns a function that sends the log-in, after its form was fetched. */
  async loginOf(user) {
    const { paths, fields } = this.target;
    const form = await this.#token(paths.login);
    form[fields.login.id] = user[fields.login.identity];
    form[fields.login.password] = user.password;
    return () => this.#send('POST', paths.login, form);
  }

  /** Whether this response to a log-in is a success: it redirects away from the form. */
  isIn({ status, headers }) {
    const to = headers.location && new URL(headers.location, this.base).pathname;
    return status >= 300 && status < 400 && to !== this.target.paths.login;
  }

  /** @returns whether it succeeded. */
  async logIn(user) {
    const send = await this.loginOf(user);
    return this.isIn(await send());
  }

  async logOut() {
    const { paths } = this.target;
    return this.#send('POST', paths.logout, await this.#token(paths.welcome));
  }

  /** Asks for the user's own ID, for paths that have an `{id}`. */
  async learnId() {
    const { text } = await this.get(this.target.paths.me);
    this.id = JSON.parse(text).id;
  }

  /** Writes a message through its form. */
  async post(content) {
    const { postForm } = this.target.paths;
    return this.sendMessage({ ...(await this.#token(this.#own(postForm))), content });
  }

  sendMessage(form, origin) {
    return this.#send('POST', this.#own(this.target.paths.post), form, origin);
  }

  /** The path that a successful form leads to. Fails if it does not redirect. */
  landing({ status, headers }, what) {
    const to = headers.location && new URL(headers.location, this.base);
    if (![302, 303].includes(status) || !to)
      throw new Error(`${this.target.name}: ${what} was answered ${status}`);
    return to.pathname + to.search;
  }

  #own(path) {
    return path.replace('{id}', this.id);
  }

  async #token(path) {
    const { csrf, name } = this.target;
    const { status, text } = await this.get(path);
    if (status !== 200) throw new Error(`${name}: ${path} was answered ${status}`);
    const found = csrf && new RegExp(csrf.pattern).exec(text);
    if (csrf && !found) throw new Error(`${name}: ${path} has no CSRF token`);
    return found ? { [csrf.field]: unescape(found[1]) } : {};
  }

  /** A way for others to send it differently. */
  request(method, path, content) {
    return send(this.agent, this.base, method, path, content);
  }

  async #send(method, path, form, origin) {
    const answer = await this.request(method, path, { cookie: this.cookie, form, origin });
    for (const line of answer.headers['set-cookie'] ?? []) {
      const [, name, value, attributes] = /^([^=]+)=([^;]*)(.*)/.exec(line);
      if (/max-age=0|expires=Thu, 01[ -]Jan[ -]1970/i.test(attributes)) this.#cookies.delete(name);
      else this.#cookies.set(name, value);
    }
    return answer;
  }
}
