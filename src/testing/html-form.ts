/** A form of a page, as a browser without scripts would send it. */
export interface HtmlForm {
  action: string;
  /** In upper case. */
  method: string;
  /** What it sends unless somebody changes it. */
  values: Record<string, string>;
  /** The names of all its fields, also of boxes that are not ticked. */
  names: string[];
}

/** The forms of the page's `<main>`, or of the whole page without one. @param path of the page. */
export function formsOf(html: string, path: string): HtmlForm[] {
  const main = /<main\b[^>]*>([\s\S]*?)<\/main>/i.exec(html)?.[1] ?? html;
  return [...main.matchAll(/<form\b([^>]*)>([\s\S]*?)<\/form>/gi)].map(([, head, body]) => {
    const { action = path, method = 'get' } = attributesOf(head);
    const fields = fieldsOf(body);
    const sent = fields.filter((field): field is SentField => field.value !== undefined);
    return {
      action,
      method: method.toUpperCase(),
      values: Object.fromEntries(sent.map(({ name, value }) => [name, value])),
      names: [...new Set(fields.map(({ name }) => name))],
    };
  });
}

interface SentField {
  name: string;
  value: string;
}

/** Without a value: a box that is not ticked. */
type Field = Omit<SentField, 'value'> & { value?: string };

function fieldsOf(body: string): Field[] {
  const fields = body.matchAll(
    /<(?:input\b([^>]*)>|textarea\b([^>]*)>([\s\S]*?)<\/textarea>|select\b([^>]*)>([\s\S]*?)<\/select>)/gi,
  );
  return [...fields].flatMap(([, input, area, text, select, options]) => {
    const attributes = attributesOf(input ?? area ?? select);
    const { name } = attributes;
    if (name === undefined || 'disabled' in attributes) return [];
    if (area !== undefined) return [{ name, value: decoded(text.replace(/^\r?\n/, '')) }];
    if (select !== undefined) return [{ name, value: chosen(options) }];
    return [{ name, ...valueOfInput(attributes) }];
  });
}

function valueOfInput({ type = 'text', value, checked }: Record<string, string>): { value?: string } {
  if (type !== 'checkbox' && type !== 'radio') return { value: value ?? '' };
  return checked === undefined ? {} : { value: value ?? 'on' };
}

function chosen(options: string): string {
  const all = [...options.matchAll(/<option\b([^>]*)>([^<]*)/gi)].map(([, head, text]) => ({
    attributes: attributesOf(head),
    text: decoded(text.trim()),
  }));
  const option = all.find(({ attributes }) => 'selected' in attributes) ?? all.at(0);
  return option?.attributes.value ?? option?.text ?? '';
}

function attributesOf(head: string): Partial<Record<string, string>> & Record<string, string> {
  const attributes = head.matchAll(/([^\s"'=/]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+)))?/g);
  return Object.fromEntries(
    [...attributes].map(([, name, double, single, bare]) => [
      name.toLowerCase(),
      decoded(double ?? single ?? bare ?? ''),
    ]),
  );
}

const ENTITIES: Record<string, string> = { lt: '<', gt: '>', quot: '"', apos: "'", amp: '&' };

export const decoded = (text: string): string =>
  text.replace(/&(?:#x([\da-f]{1,6})|#(\d{1,7})|(lt|gt|quot|apos|amp));/gi, (_entity, hex, decimal, name) => {
    if (name !== undefined) return ENTITIES[(name as string).toLowerCase()];
    return String.fromCodePoint(hex === undefined ? Number(decimal) : parseInt(hex as string, 16));
  });
