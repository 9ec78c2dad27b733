import type { OpenAPIObject } from '@nestjs/swagger';
import { TestApp } from '../support/app';
import { DOCUMENT, type Operation, operationsOf, schemaOf } from '../support/openapi';
import { routes } from '../support/routes';
import { mismatches, type Schema } from '../support/schema';

const PROBLEM = 'application/problem+json';

const nameOf = ({ method, path }: { method: string; path: string }) =>
  `${method} ${path.replace(/:(\w+)/g, '{$1}')}`;
const isDescribed = (name: string) => / \/(api\/v1|health)\//.test(name);

describe('The document at /api/openapi.json', () => {
  let app: TestApp;
  let served: OpenAPIObject;

  beforeAll(async () => {
    app = await TestApp.start();
    served = (await app.agent().get('/api/openapi.json').expect(200)).body;
  });
  afterAll(() => app.close());

  it('has every route of the API and of the health checks, and none that does not exist', () => {
    const existing = routes(app).map(nameOf).filter(isDescribed).sort();
    expect(existing.length).toBeGreaterThan(10);
    expect(operationsOf(served).map(nameOf).sort()).toEqual(existing);
  });

  it('is not cached, and has the headers of every response', async () => {
    const { headers } = await app.agent().get('/api/openapi.json').expect(200);
    expect(headers).toMatchObject({ 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' });
  });

  it('matches openapi.json, which `npm run build && npm run openapi` updates', () => {
    const outline = (document: OpenAPIObject) =>
      operationsOf(document)
        .map((operation) => [operation.id, ...Object.keys(operation.described.responses)].join(' '))
        .sort();
    expect(outline(served)).toEqual(outline(DOCUMENT));
  });

  it('marks the routes that are closed to guests', async () => {
    const closed: string[] = [];
    for (const { id, method, path } of operationsOf(served)) {
      const address = path.replace(/\{\w+\}/g, '1');
      const { status } = await app.agent()[method.toLowerCase() as 'get'](address);
      if (status === 401) closed.push(id);
    }
    const documented = operationsOf(served).filter(({ described }) => described.security?.length);
    expect(documented.map(({ id }) => id)).toEqual(closed);
  });

  it('names the session cookie as it is called over plain HTTP', () => {
    expect(served.components?.securitySchemes?.session).toMatchObject({ in: 'cookie', name: 'sid' });
  });

  it('names the session cookie as it is called over HTTPS', async () => {
    const secure = await app.another({ BASE_URL: 'https://latchkey.example' });
    const { body } = await secure.agent().get('/api/openapi.json').expect(200);
    expect(body.components.securitySchemes.session).toMatchObject({ in: 'cookie', name: '__Host-sid' });
    await secure.close();
  });
});

describe.each(operationsOf(DOCUMENT).map((operation) => [operation.id, operation] as const))(
  'The documentation of %s',
  (id, { method, path, described }: Operation) => {
    const statuses = Object.keys(described.responses).map(Number);
    const isApi = path.startsWith('/api/v1/');

    it('has a description and a tag', () => {
      expect(described.summary).toMatch(/^[A-Z].*[a-z]$/);
      expect(DOCUMENT.tags?.map(({ name }) => name)).toContain(described.tags?.[0]);
    });

    it('documents one success, with an example that matches its schema', () => {
      const successes = Object.entries(described.responses).filter(([status]) => Number(status) < 300);
      expect(successes).toHaveLength(1);
      const [[status, { description, content }]] = successes;
      expect(description).not.toBe('');
      if (status === '204') return expect(content).toBeUndefined();
      const { schema, example } = content!['application/json'];
      expect(mismatches(DOCUMENT, schema, example ?? exampleOf(schema))).toEqual([]);
    });

    it('documents a valid request body, if it takes one', () => {
      const { content = {} } = (described.requestBody ?? {}) as {
        content?: Record<string, { schema: Schema }>;
      };
      const wrong = Object.values(content).flatMap(({ schema }) =>
        mismatches(DOCUMENT, schema, exampleOf(schema)),
      );
      expect(wrong).toEqual([]);
    });

    it('documents each refusal as a problem with that status and path', () => {
      const refusals = isApi ? statuses.filter((status) => status >= 400) : [];
      for (const status of refusals) {
        const { schema, example } = described.responses[status].content![PROBLEM];
        expect(schema).toEqual(schemaOf('Problem'));
        expect(mismatches(DOCUMENT, schema, example)).toEqual([]);
        expect(example).toMatchObject({
          status,
          instance: path
            .replace(/sessions\/\{id\}/, 'sessions/q8Zr2kQbT0m1x9cWvY5n3A')
            .replace(/\{messageId\}/, '7')
            .replace(/\{\w+\}/, '1'),
        });
      }
      expect(refusals.length > 0).toBe(isApi);
    });

    it('documents every refusal that its kind of route can give', () => {
      const expected = isApi
        ? [
            ...[400, 503],
            ...(described.security?.length ? [401] : []),
            ...(method === 'GET' ? [] : [403]),
            // Ending a session that is over already is a success.
            ...(path.includes('{') && id !== 'Sessions_end' ? [404] : []),
            ...(described.requestBody ? [413, 415, 422] : []),
            ...(described.parameters.some((parameter) => parameter.in === 'query') ? [422] : []),
          ]
        : [];
      expect(statuses).toEqual(expect.arrayContaining(expected));
    });

    it('describes every parameter', () => {
      const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
      const inPath = described.parameters.filter((parameter) => parameter.in === 'path');
      expect(inPath.map(({ name }) => name).sort()).toEqual(names.sort());
      for (const { description } of described.parameters) expect(description).toMatch(/\w/);
    });
  },
);

/** What a reader is shown: a schema's own example, or that of its parts. */
function exampleOf(schema: Schema): unknown {
  if (schema.$ref) return exampleOf(DOCUMENT.components!.schemas![schema.$ref.split('/').at(-1)!] as Schema);
  if (schema.example !== undefined) return schema.example;
  if (schema.type === 'array') return [exampleOf(schema.items!)];
  if (!schema.properties) return undefined;
  return Object.fromEntries(
    Object.entries(schema.properties).map(([name, property]) => [name, exampleOf(property)]),
  );
}
