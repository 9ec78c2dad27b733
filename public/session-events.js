// Tells the reader of an open page that the session has ended (docs/sessions.md, "Devices"). It changes nothing else in
// the page, for somebody may be typing. Where a browser lacks what it takes, the next page tells it.

const SETTLE_MS = 1_000; // clicking through pages opens no stream on each of them
const RETRY_MS = 30_000;
const FULL_MS = 60_000; // and then twice as long each time: there may be room again
const LONGEST_MS = 30 * 60_000;

/** This script is in /assets, beside Latchkey's other paths. */
const at = (path) => new URL(`../${path}`, import.meta.url);

/** After these nobody can log in to the account again. */
const FINAL = ['user_deleted', 'user_disabled'];

function show({ reason, text }) {
  const words = document.createElement('p');
  words.textContent = text;
  const banner = document.createElement('div');
  banner.className = 'session-ended';
  banner.setAttribute('role', 'alert');
  banner.append(words);
  if (!FINAL.includes(reason)) banner.append(loginLink());
  document.querySelector('body > header').before(banner);
}

function loginLink() {
  const link = document.createElement('a');
  link.href = at('users/login');
  link.target = '_blank'; // what has been typed here stays
  link.textContent = 'Log in again (new tab)';
  return link;
}

const pause = (ms, signal) =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
    signal.addEventListener('abort', resolve);
  });

/** The status of who this browser is logged in as: 401 for nobody, 0 where nothing answers. */
const loginStatus = () =>
  fetch(at('api/v1/auth/me')).then(
    ({ status }) => status,
    () => 0,
  );

/** Resolves when the browser has given up: it was refused. After a connection that was closed it comes back by itself. */
function stream(signal, tell) {
  return new Promise((resolve) => {
    const events = new EventSource(at('account/session/events'));
    events.addEventListener('ended', async ({ data }) => {
      const end = JSON.parse(data);
      // Another tab may have logged in again since. Without words there is nothing to be sure of.
      if (end.text === null || (await loginStatus()) === 401) tell(end);
    });
    events.addEventListener('error', () => {
      if (events.readyState === EventSource.CLOSED) resolve();
    });
    signal.addEventListener('abort', () => {
      events.close();
      resolve();
    });
  });
}

async function listen(signal, tell) {
  await pause(SETTLE_MS, signal);
  let wait = FULL_MS;
  while (!signal.aborted) {
    await stream(signal, tell);
    if (signal.aborted) return;
    // Refused: as a guest, because there are too many streams, or by a proxy while the server starts anew?
    const status = await loginStatus();
    if (status === 401) return tell({ text: 'You are not logged in any more.' });
    await pause(status === 200 ? wait : RETRY_MS, signal);
    if (status === 200) wait = Math.min(2 * wait, LONGEST_MS);
  }
}

/** One tab listens and tells the others: a browser opens no more than six connections to a host over HTTP/1.1. */
function join() {
  const leaving = new AbortController();
  const { signal } = leaving;
  const tabs = new BroadcastChannel('session-ended');
  const end = (why) => {
    leaving.abort();
    tabs.close();
    if (why?.text) show(why);
  };
  const tell = (why) => {
    if (signal.aborted) return;
    tabs.postMessage(why);
    end(why);
  };
  tabs.addEventListener('message', ({ data }) => end(data));
  // A page with open connections and locks could not be kept whole behind the back button.
  window.addEventListener('pagehide', () => end(null), { signal });
  // It rejects when the page is left while another tab listens.
  navigator.locks.request('session-events', { signal }, () => listen(signal, tell)).catch(() => undefined);
}

if (navigator.locks && window.BroadcastChannel && window.EventSource) {
  join();
  window.addEventListener('pageshow', ({ persisted }) => {
    if (persisted && !document.querySelector('.session-ended')) join();
  });
}
