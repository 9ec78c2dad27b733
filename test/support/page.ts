import type { Response, Test } from 'supertest';
import type TestAgent from 'supertest/lib/agent';

/** Posts fields as the form of a page does. */
export function submit(agent: TestAgent, path: string, fields: Record<string, unknown> = {}): Test {
  return agent.post(path).type('form').send(fields);
}

/** A page without the random keys of its forms, to compare two responses. */
export const withoutFormKeys = (text: string): string =>
  text.replace(/(name="_key" value=")[\w-]{22}"/g, '$1KEY"');

/** The flashes on a page, in order. */
export function flashes(page: Pick<Response, 'text'>): string[] {
  return [...page.text.matchAll(/<p class="flash[^>]*>([\s\S]*?)<\/p>/g)].map(([, text]) =>
    unescape(text.trim()),
  );
}

/** The value of a form field, or undefined if the page has no such field. */
export function fieldValue(page: Response, name: string): string | undefined {
  const area = new RegExp(`<textarea[^>]* name="${name}"[^>]*>\\n([^<]*)</textarea>`).exec(page.text)?.[1];
  if (area !== undefined) return unescape(area);
  const input = new RegExp(`<input[^>]* name="${name}"[^>]*>`).exec(page.text)?.[0];
  return input === undefined ? undefined : unescape(/ value="([^"]*)"/.exec(input)?.[1] ?? '');
}

/** The error at a field. */
export function fieldError(page: Response, name: string): string | undefined {
  const text = new RegExp(`id="${name}-error">([\\s\\S]*?)</p>`).exec(page.text)?.[1];
  return text === undefined ? undefined : unescape(text.replace(/<[^>]*>[^<]*<\/[^>]*>/g, '').trim());
}

/** The Set-Cookie line of a cookie, or undefined if the response sets none of this name. */
export function setCookie(answer: Response, name: string): string | undefined {
  const lines = (answer.headers['set-cookie'] ?? []) as unknown as string[];
  return lines.find((line) => line.startsWith(`${name}=`));
}

/** A cookie of a response, as a browser would send it back: `name=value`. */
export function cookiePair(answer: Response, name: string): string {
  const line = setCookie(answer, name);
  if (line === undefined) throw new Error(`The answer sets no cookie named ${name}`);
  return line.split(';', 1)[0];
}

function unescape(html: string): string {
  const names: Record<string, string> = {
    '&lt;': '<',
    '&gt;': '>',
    '&quot;': '"',
    '&#x27;': "'",
    '&#x3D;': '=',
    '&#x60;': '`',
    '&amp;': '&',
  };
  return html.replace(/&(lt|gt|quot|amp|#x27|#x3D|#x60);/g, (entity) => names[entity]);
}
