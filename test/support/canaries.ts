import { appendFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';

const FIELDS = ['password', 'currentPassword', 'newPassword', 'token', '_csrf'];
/** Also in text that is not JSON, since a parser quotes it then. */
const JSON_FIELD = new RegExp(`"(?:${FIELDS.join('|')})"\\s*:\\s*("(?:[^"\\\\]|\\\\.)*")`, 'g');
const LINK = /\/users\/(?:password-reset|confirm-email)\/([\w-]+)/g;

/** The folder that the reporter searches (test/support/log-canary-reporter.cjs); unset without it. */
const file = (ending: string): string | undefined =>
  process.env.TEST_LOGS && join(process.env.TEST_LOGS, `${process.pid}.${ending}`);

/** Adds whole lines to the log of this run. */
export function keepLog(lines: string): void {
  const log = file('log');
  if (log) appendFileSync(log, lines);
}

/** Records a value that no log may contain. */
export function noteSecrets(secrets: Iterable<string | undefined>): void {
  const notes = file('secrets');
  const lines = [...secrets].filter(Boolean).map((secret) => `${JSON.stringify(secret)}\n`);
  if (notes && lines.length > 0) appendFileSync(notes, lines.join(''));
}

/** Records the tokens in the mails of an application without a mail server. */
export async function noteMailedTokens(dataDir: string): Promise<void> {
  const outbox = join(dataDir, 'outbox');
  const names = await readdir(outbox).catch(() => []);
  const mails = await Promise.all(names.map((name) => readFile(join(outbox, name), 'utf8')));
  // Quoted-printable breaks a long line after `=` (RFC 2045, 6.7).
  noteSecrets(mails.flatMap((mail) => linkTokens(mail.replaceAll(/=\r?\n/g, ''))));
}

function linkTokens(text: string): string[] {
  return [...text.matchAll(LINK)].map(([, token]) => token);
}

/** Records the secrets of every request and response: fields, links, and HttpOnly cookies. */
export function watchSecrets(server: Server): void {
  server.prependListener('request', (request: IncomingMessage, response: ServerResponse) => {
    const parts: Buffer[] = [];
    // A listener would start the body before the application reads it.
    const emit = request.emit.bind(request);
    request.emit = (event: string, ...rest: unknown[]) => {
      if (event === 'data') parts.push(rest[0] as Buffer);
      return emit(event, ...rest);
    };
    response.once('close', () => {
      const cookies = [response.getHeader('set-cookie') ?? []].flat().map(String);
      const body = Buffer.concat(parts).toString();
      const isForm = request.headers['content-type']?.startsWith('application/x-www-form-urlencoded');
      noteSecrets([
        ...cookies.flatMap(cookieSecrets),
        ...bearerSecrets(request, response),
        ...(isForm ? formSecrets(body) : jsonSecrets(body)),
        ...linkTokens(request.url ?? ''),
      ]);
    });
  });
}

function formSecrets(body: string): string[] {
  const form = new URLSearchParams(body);
  return FIELDS.flatMap((name) => form.getAll(name));
}

function jsonSecrets(body: string): string[] {
  return [...body.matchAll(JSON_FIELD)].flatMap(([, text]) => {
    try {
      return [JSON.parse(text) as string];
    } catch {
      return [text.slice(1, -1)];
    }
  });
}

function bearerSecrets(request: IncomingMessage, response: ServerResponse): string[] {
  const [, sent = ''] = /^bearer +(.*)/i.exec(request.headers.authorization ?? '') ?? [];
  return [sent, String(response.getHeader('x-session-id') ?? '')].flatMap((id) => [id, ...id.split('.')]);
}

/** Each part of a signed value is a secret: the ID or the token alone is enough to log in. */
function cookieSecrets(cookie: string): string[] {
  if (!/;\s*HttpOnly/i.test(cookie)) return [];
  const [, name, value] = /^([^=]*)=([^;]*)/.exec(cookie) ?? [];
  const parts = decodeURIComponent(value ?? '').split(/[.:]/);
  // A remember-me token starts with its family's ID, which events contain; without the rest it is useless.
  return name?.endsWith('remember') ? parts.slice(1) : parts;
}
