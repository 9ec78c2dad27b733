// Helps to type a password: a button that shows it, a word about Caps Lock, and for a new one how good it is by the rules
// of the server. Without script the fields are plain ones, and the server tells the same when the form is sent.

const PAUSE_MS = 400; // in the typing, before the server is asked
const WORDS = ['Too easy to guess', 'Too easy to guess', 'Fair', 'Good', 'Strong'];

function addButton(input) {
  const button = document.createElement('button');
  button.type = 'button';
  button.className = 'secondary';
  button.setAttribute('aria-controls', input.id);
  const what = document.createElement('span');
  what.className = 'visually-hidden';
  what.textContent = ' password';
  const show = (isShown) => {
    input.type = isShown ? 'text' : 'password';
    button.replaceChildren(isShown ? 'Hide' : 'Show', what);
  };
  button.addEventListener('click', () => show(input.type === 'password'));
  // Browsers remember what a text field held. A page that comes back from behind the back button hides it too.
  input.form.addEventListener('submit', () => show(false));
  window.addEventListener('pageshow', () => show(false));
  show(false);
  input.after(button);
}

/** A line below the field that is read out when it changes. */
function addStatus(input) {
  const status = document.createElement('p');
  status.className = 'hint';
  status.setAttribute('role', 'status');
  input.closest('.field').append(status);
  return (text) => {
    if (status.textContent !== text) status.textContent = text;
  };
}

function watchCapsLock(input) {
  const say = addStatus(input);
  const look = (event) => say(event.getModifierState?.('CapsLock') ? 'Caps Lock is on.' : '');
  input.addEventListener('keydown', look);
  input.addEventListener('keyup', look);
  input.addEventListener('blur', () => say(''));
}

async function estimate(input, signal) {
  const { username, email } = input.form.elements;
  const answer = await fetch(new URL('../api/v1/auth/password-strength', import.meta.url), {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ password: input.value, username: username?.value, email: email?.value }),
    signal,
  });
  return answer.ok ? await answer.json() : null;
}

function addMeter(input) {
  const meter = document.createElement('meter');
  Object.assign(meter, { min: 0, max: 4, low: 2, high: 3, optimum: 4, hidden: true });
  meter.setAttribute('aria-hidden', 'true'); // its words are read out instead
  input.closest('.field').append(meter);
  const say = addStatus(input);
  let timer;
  let asked = new AbortController();

  const show = (strength) => {
    meter.hidden = strength === null;
    if (strength === null) return say('');
    meter.value = strength.score;
    say(strength.objections.join(' ') || `${WORDS[strength.score]}.`);
  };
  input.addEventListener('input', () => {
    clearTimeout(timer);
    asked.abort();
    if (input.value === '') return show(null);
    asked = new AbortController();
    const { signal } = asked;
    timer = setTimeout(() => {
      // Where the server cannot say, nothing is shown; it will at the latest when the form is sent.
      estimate(input, signal).then(show, () => signal.aborted || show(null));
    }, PAUSE_MS);
  });
}

for (const input of document.querySelectorAll('.secret input')) {
  addButton(input);
  watchCapsLock(input);
  if (input.autocomplete === 'new-password') addMeter(input);
}
