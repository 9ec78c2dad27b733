import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { OpenAPIObject } from '@nestjs/swagger';
import type { Response } from 'supertest';
import { mismatches, type Schema } from './schema';

type PathItem = OpenAPIObject['paths'][string];
type Described = NonNullable<PathItem['get']>;
type Parameter = Extract<NonNullable<Described['parameters']>[number], { name: string }>;

export interface Answer {
  description: string;
  headers?: Record<string, unknown>;
  content?: Record<string, { schema: Schema; example?: unknown }>;
}

export interface Operation {
  id: string;
  method: string;
  /** With `{name}` for a parameter. */
  path: string;
  described: Omit<Described, 'parameters' | 'responses'> & {
    parameters: Parameter[];
    responses: Record<string, Answer>;
  };
}

/** The document that clients are built from. Tests run without the CLI's plugin, so only this one is complete. */
export const DOCUMENT = JSON.parse(
  readFileSync(join(__dirname, '../../openapi.json'), 'utf8'),
) as OpenAPIObject;

export function operationsOf({ paths }: OpenAPIObject): Operation[] {
  return Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item).map(([method, described]) => ({
      id: (described as Described).operationId ?? '',
      method: method.toUpperCase(),
      path,
      described: described as Operation['described'],
    })),
  );
}

export const schemaOf = (name: string): Schema => ({ $ref: `#/components/schemas/${name}` });

/** The differences between a real response and the documentation of its operation. */
export function undocumented(answer: Response): string[] {
  const { method, url } = answer.request as { method: string; url: string };
  const operation = find(method, new URL(url).pathname);
  if (!operation) return [`${method} ${url} is not in openapi.json`];

  const documented = operation.described.responses[String(answer.status)];
  if (!documented) return [`${operation.id} is not documented to answer ${answer.status}`];

  const missing = Object.keys(documented.headers ?? {}).filter(
    (name) => !(name.toLowerCase() in answer.headers),
  );
  return [...missing.map((name) => `the header ${name} is missing`), ...bodyMismatches(documented, answer)];
}

function bodyMismatches({ content }: Answer, answer: Response): string[] {
  if (!content) return answer.text ? [`has a body: ${answer.text}`] : [];
  const schema = content[answer.type]?.schema;
  return schema
    ? mismatches(DOCUMENT, schema, JSON.parse(answer.text))
    : [`is ${answer.type}, not ${Object.keys(content).join(' or ')}`];
}

function find(method: string, path: string): Operation | undefined {
  return operationsOf(DOCUMENT).find(
    (operation) =>
      operation.method === method &&
      new RegExp(`^${operation.path.replace(/\{\w+\}/g, '[^/]+')}$`).test(path),
  );
}
