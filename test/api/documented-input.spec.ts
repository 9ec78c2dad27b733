import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ACCOUNT_LIMIT, FREE, SOURCE_LIMIT } from '../../src/throttling/throttle-rules';
import { DOCUMENT, operationsOf } from '../support/openapi';
import type { Schema } from '../support/schema';

const page = readFileSync(join(__dirname, '../../docs/input.md'), 'utf8');
const rows = page.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
const rowOf = (name: string) => rows.find(([, first]) => first === name) ?? [];

/** Every field that a request of the API may carry, with its schema. */
const fields = operationsOf(DOCUMENT).flatMap(({ described: { requestBody, parameters } }) => {
  const { schema } = (requestBody as { content: Record<string, { schema: Schema }> } | undefined)?.content[
    'application/json'
  ] ?? { schema: {} };
  const name = schema.$ref?.split('/').at(-1) ?? '';
  const { properties = {} } = (DOCUMENT.components?.schemas?.[name] ?? {}) as Schema;
  const query = parameters.filter((parameter) => parameter.in === 'query').map((parameter) => parameter.name);
  return [...Object.entries(properties), ...query.map((field): [string, Schema] => [field, {}])];
});

describe('docs/input.md', () => {
  it.each([...new Set(fields.map(([name]) => name))])('says what %s may hold', (name) => {
    const [, , where = '', characters = ''] = rowOf(`\`${name}\``);
    expect(where).not.toBe('');
    for (const [, { maxLength, minLength }] of fields.filter(([field]) => field === name)) {
      if (maxLength !== undefined) expect(characters).toMatch(new RegExp(`\\b${maxLength}\\b`));
      if (minLength !== undefined) expect(characters).toMatch(new RegExp(`\\b${minLength}\\b`));
    }
  });

  it('says how often a password may be wrong, and how much one source may do', () => {
    expect(rowOf('one account from one source')[3]).toMatch(new RegExp(`^${FREE},`));
    expect(rowOf('one account from everywhere')[3]).toBe(String(ACCOUNT_LIMIT));
    expect(rowOf('one source')[3]).toMatch(new RegExp(`^${SOURCE_LIMIT} of each`));
  });
});
