/**
 * What people do in a company's application, in a process of its own: node mixed-load.mjs '<json of the job>'. Prints what it
 * measured as JSON. Sixteen walk at once, each with three visitors of its own, so that nobody does two things at a time. Each
 * draws from a fixed seed. What is answered otherwise than it must be ends the run.
 */
import { setTimeout as delay } from 'node:timers/promises';
import { Connection } from './connection.mjs';
import { meter } from './drive.mjs';
import { percentiles } from './percentiles.mjs';
import { newUser, Visitor } from './visitor.mjs';

const AT_ONCE = 16;
const VISITORS_EACH = 3;
const WARM_UP_SECONDS = 2;
/** More than sign up in a turn. */
const NAMES_OF_A_TURN = 100_000;
const LIST = 20;

const { target, base, pid, pids, mix, seconds, turn } = JSON.parse(process.argv[2]);
const { paths } = target;

/** What a request is called in the tables; the rest are forms and the pages behind a redirect. */
const KINDS = new Map([
  [`GET ${paths.ordinary}`, 'page'],
  [`GET ${paths.me}`, 'json'],
  [`GET ${paths.messages}`, 'list'],
  [`GET ${paths.apiMessages}`, 'list'],
  [`POST ${paths.login}`, 'login'],
  [`POST ${paths.logout}`, 'logout'],
  [`POST ${paths.signup}`, 'signup'],
]);
const kindOf = (method, path) => KINDS.get(`${method} ${path}`) ?? (method === 'POST' ? 'post' : 'other');

const times = {};
let from = Infinity;
let until = Infinity;
let requests = 0;
let visits = 0;
let named = turn * NAMES_OF_A_TURN;

/** Numbers from 0 to 1, the same for each target (xorshift32). */
function randomOf(seed) {
  let state = seed;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

class Colleague extends Visitor {
  constructor(connection) {
    super(target, base);
    const number = named++;
    this.connection = connection;
    this.user = newUser(number);
    // Everybody has an address of their own, so the throttle may stay on.
    const address = [10, number >> 16, (number >> 8) & 255, number & 255].join('.');
    this.headers = { 'X-Forwarded-For': address };
    this.name = new RegExp(`\\b${this.user.username}\\b`);
  }

  async request(method, path, { cookie, form }) {
    const begun = performance.now();
    const answer = await this.connection.send(method, path, { cookie, form, headers: this.headers });
    const now = performance.now();
    if (begun >= from && now <= until) {
      requests += 1;
      (times[kindOf(method, path)] ??= []).push(now - begun);
    }
    return answer;
  }

  async see(path, what, isShown) {
    const { status, text } = await this.get(path);
    if (status !== 200 || !isShown(text))
      throw new Error(
        `${target.name}: ${what} was answered ${status} or lacks something: ${text.slice(0, 300)}`,
      );
  }

  follow(answer, what, isShown) {
    const path = this.landing(answer, what);
    if (path === paths.login) throw new Error(`${target.name}: ${what} led to the log-in form`);
    return this.see(path, `the page behind ${what}`, isShown);
  }

  async enter() {
    const logIn = await this.loginOf(this.user);
    await this.follow(await logIn(), 'a log-in', (text) => this.name.test(text));
    if (!this.id) await this.learnId();
  }

  async join() {
    this.landing(await this.signUp(this.user), 'a sign-up');
    await this.enter();
    return this;
  }
}

/** Each visit; a sign-up returns who takes the visitor's place. */
const VISITS = {
  page: (visitor) => visitor.see(paths.ordinary, 'the ordinary page', (text) => visitor.name.test(text)),
  json: (visitor) => visitor.see(paths.me, 'the JSON', (text) => visitor.name.test(text)),
  list: (visitor, { random }) =>
    random() < 0.5
      ? visitor.see(paths.messages, 'the list', (text) => text.split('<time').length === LIST + 1)
      : visitor.see(paths.apiMessages, 'the list as JSON', (text) => JSON.parse(text).items.length === LIST),
  async post(visitor, { mark }) {
    const content = `${mark} The meeting on R&D's "figures" is moved to ten; please bring those of last week along.`;
    await visitor.follow(await visitor.post(content), 'a message', (text) => text.includes(mark));
  },
  async relogin(visitor) {
    visitor.landing(await visitor.logOut(), 'a log-out');
    await visitor.enter();
  },
  signup: (visitor) => new Colleague(visitor.connection).join(),
};

const drawn = mix.split(',').flatMap((share) => {
  const [kind, count] = share.split('=');
  if (!VISITS[kind] || !(count > 0))
    throw new Error(`--mix takes ${Object.keys(VISITS).join('=1,')}=1, not ${share}`);
  return Array(Number(count)).fill(kind);
});

async function walkerOf(index) {
  const random = randomOf(index + 1);
  const connection = new Connection(base);
  const visitors = [];
  for (let count = 0; count < VISITORS_EACH; count++) visitors.push(await new Colleague(connection).join());
  return async () => {
    for (let count = 0; performance.now() < until; count++) {
      const kind = drawn[Math.floor(random() * drawn.length)];
      const place = Math.floor(random() * VISITORS_EACH);
      const mark = `#${turn}.${index}.${count}:`;
      const newcomer = await VISITS[kind](visitors[place], { random, mark });
      if (newcomer) visitors[place] = newcomer;
      if (performance.now() >= from && performance.now() <= until) visits += 1;
    }
    connection.close();
  };
}

const walkers = await Promise.all(Array.from({ length: AT_ONCE }, (_, index) => walkerOf(index)));
from = performance.now() + WARM_UP_SECONDS * 1000;
until = from + seconds * 1000;
const ended = Promise.all(walkers.map((walk) => walk()));
await delay(WARM_UP_SECONDS * 1000);
const used = meter(pid, { pids });
await delay(until - performance.now());
const us = used();
await ended;
process.stdout.write(
  JSON.stringify({
    all: {
      rps: requests / seconds,
      cpu: us.target / requests,
      storeCpu: us.stores / requests,
      visitCpu: us.target / visits,
      foreign: us.foreign,
    },
    kinds: Object.fromEntries(Object.entries(times).map(([kind, list]) => [kind, percentiles(list)])),
  }),
);
