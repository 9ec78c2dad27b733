/** Log-ins and visits, in a process of their own: node load.mjs '<json of the job>'. Prints the result as JSON. */
import { setTimeout as delay } from 'node:timers/promises';
import { percentiles } from './percentiles.mjs';
import { newAgent, newUser, send, Visitor } from './visitor.mjs';

/**
 * `atOnce` visitors log in, each repeatedly as a new guest, for `seconds` or `most` times. Log-ins in flight at the end are
 * awaited and counted: they come in bursts, so that a cut through one would distort the rate.
 */
async function logins({ target, base, users, atOnce, seconds, most = Infinity }) {
  const agent = newAgent(atOnce);
  const times = [];
  const begun = performance.now();
  const end = begun + seconds * 1000;
  let started = 0;
  const walk = async () => {
    while (performance.now() < end && started < most) {
      const visitor = new Visitor(target, base, agent);
      const logIn = await visitor.loginOf(newUser(started++ % users));
      const sent = performance.now();
      const answer = await logIn();
      const now = performance.now();
      if (!visitor.isIn(answer)) throw new Error(`${target.name}: a log-in was answered ${answer.status}`);
      times.push(now - sent);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, walk));
  const took = performance.now() - begun;
  agent.destroy();
  return { perSecond: (times.length / took) * 1000, count: times.length, ...percentiles(times) };
}

/** `rate` visits per second, however late the responses; a time counts from when the visit was due. */
async function visits({ target, base, cookies, rate, seconds }) {
  const agent = newAgent(Infinity);
  const times = [];
  const begun = performance.now();
  const visit = async (index, due) => {
    const cookie = cookies[index % cookies.length];
    const { status } = await send(agent, base, 'GET', target.paths.welcome, { cookie });
    if (status !== 200) throw new Error(`${target.name}: a page was answered ${status}`);
    times.push(performance.now() - due);
  };
  const all = [];
  for (let index = 0; index < rate * seconds; index++) {
    const due = begun + (index * 1000) / rate;
    await delay(Math.max(0, due - performance.now()));
    all.push(visit(index, due));
  }
  await Promise.all(all);
  agent.destroy();
  return percentiles(times);
}

const { kind, ...job } = JSON.parse(process.argv[2]);
process.stdout.write(JSON.stringify(await { logins, visits }[kind](job)));
