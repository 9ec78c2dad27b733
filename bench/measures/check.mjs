/** Checks that a target protects its page at all: otherwise it is not measured. */
import { newAgent, newUser, send, Visitor } from '../visitor.mjs';
import { Instance } from '../instance.mjs';

const SIGNED = 'forged.AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA';
const FORGED = ['sid', 'connect.sid', 'session', 'sessionid', 'sessionId']
  .map((name) => `${name}=${name === 'sid' || name === 'connect.sid' ? 's%3A' : ''}${SIGNED}`)
  .join('; ');
/** The size of a page with layout, name and flash area, so that all targets do the same work. */
const PAGE = { least: 2_400, most: 4_600 };

/** A message is shown escaped, with its author; what has no token, or comes from another site, is not written. */
async function checkMessages(target, base, agent, must) {
  const { paths, unauth } = target;
  const user = newUser(1_001);
  const author = new Visitor(target, base, agent);
  await author.signUp(user);
  await author.logIn(user);
  await author.learnId();
  const landing = await author.get(author.landing(await author.post('<b>one</b> message'), 'a message'));
  must(landing.text.includes('&lt;b&gt;one'), 'a message is not on the page behind it, or not escaped');
  const { items } = JSON.parse((await author.get(paths.apiMessages)).text);
  const [{ content, author: writer }] = items;
  must(content === '<b>one</b> message' && writer.username === user.username, 'the JSON lacks a message');
  const ordinary = await author.get(paths.ordinary);
  must(
    ordinary.status === 200 && ordinary.text.includes(user.username),
    `${paths.ordinary} lacks the username`,
  );

  const guest = Object.assign(new Visitor(target, base, agent), { id: author.id });
  const asGuest = await guest.get(paths.ordinary);
  must(unauth.includes(asGuest.status), `a guest opened ${paths.ordinary} (${asGuest.status})`);
  await guest.sendMessage({ content: 'that of a guest' });
  if (target.csrf && !target.sameOrigin) await author.sendMessage({ content: 'that without a token' });
  if (target.sameOrigin)
    await author.sendMessage({ content: 'that of another site' }, 'http://elsewhere.test');
  const { text } = await author.get(paths.messages);
  must(!/that (of|without)/.test(text), 'a message was written that should have been refused');
}

/** @returns the bytes of the page. */
export async function check(target, context) {
  const instance = await Instance.create(target, context);
  const { base } = instance;
  const { paths, unauth, name } = target;
  const agent = newAgent();
  const must = (isSo, what) => {
    if (!isSo) throw new Error(`${name} is not measured: ${what}`);
  };
  const mustStayOut = async (cookie, whose) => {
    const page = await send(agent, base, 'GET', paths.welcome, { cookie });
    must(unauth.includes(page.status), `${whose} opened the page (${page.status})`);
    const me = await send(agent, base, 'GET', paths.me, { cookie });
    must(unauth.includes(me.status), `${whose} opened ${paths.me} (${me.status})`);
  };
  try {
    await instance.upForLogins(4);
    await mustStayOut(undefined, 'no cookie');
    await mustStayOut(FORGED, 'a forged cookie');

    const user = newUser(1_000);
    await new Visitor(target, base, agent).signUp(user);
    const stranger = new Visitor(target, base, agent);
    const isLetIn = await stranger.logIn({ ...user, password: 'an owl sits by the mill' });
    must(!isLetIn, 'a wrong password logged in');
    await mustStayOut(stranger.cookie, 'a wrong password');

    const visitor = new Visitor(target, base, agent);
    must(await visitor.logIn(user), 'the right password did not log in');
    const { status, text } = await visitor.get(paths.welcome);
    must(status === 200 && text.includes(user.username), `the page lacks the username (${status})`);
    must(/<!doctype html>[^]*<\/footer>/i.test(text), 'the page lacks its layout');
    const bytes = Buffer.byteLength(text);
    must(bytes > PAGE.least && bytes < PAGE.most, `the page has ${bytes} bytes`);
    const me = await visitor.get(paths.me);
    must(me.status === 200 && me.text.includes(user.username), `${paths.me} lacks the username`);

    const copied = visitor.cookie;
    await visitor.logOut();
    await mustStayOut(visitor.cookie, 'who had logged out');
    await mustStayOut(copied, 'a copy of a cookie that was logged out');

    if (paths.post) await checkMessages(target, base, agent, must);
    return bytes;
  } finally {
    agent.destroy();
    await instance.remove();
  }
}
