/** The pages of the Express peer, compiled once. */
import { readFileSync } from 'node:fs';
import handlebars from 'handlebars';

const compile = (name) => handlebars.compile(readFileSync(new URL(`${name}.hbs`, import.meta.url), 'utf8'));
const layout = compile('layout');
const bodies = Object.fromEntries(
  ['login', 'signup', 'welcome', 'account', 'messages', 'message'].map((name) => [name, compile(name)]),
);

export const page = (name, values) => layout({ ...values, body: bodies[name](values) });
