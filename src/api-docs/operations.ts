import type { OpenAPIObject } from '@nestjs/swagger';
import { PROBLEM_MEDIA_TYPE } from '../common/problem';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Parameter = Extract<NonNullable<Operation['parameters']>[number], { name: string }>;

/** Completes every operation of a document with what only the whole of it tells. */
export function complete(document: OpenAPIObject, scheme: string): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const operation of Object.values(item) as Operation[]) {
      operation.security = securityOf(operation, scheme);
      nameInstance(operation, path);
    }
  }
  return document;
}

/** As the guard does it: closed, unless `@Public()` opens it, which leaves an empty requirement. */
function securityOf({ security = [] }: Operation, scheme: string): Operation['security'] {
  const isPublic = security.some((requirement) => Object.keys(requirement).length === 0);
  if (isPublic) return [];
  return security.length > 0 ? security : [{ [scheme]: [] }];
}

/** Gives the examples of problems the path that was asked for. */
function nameInstance({ parameters = [], responses }: Operation, path: string): void {
  const examples = new Map((parameters as Parameter[]).map(({ name, schema }) => [name, exampleOf(schema)]));
  const instance = path.replace(/\{(\w+)\}/g, (_, name: string) => examples.get(name) ?? name);
  for (const response of Object.values(responses)) {
    const content = response && 'content' in response ? response.content?.[PROBLEM_MEDIA_TYPE] : undefined;
    if (content) content.example = { ...(content.example as object), instance };
  }
}

function exampleOf(schema: Parameter['schema']): string | undefined {
  return schema && 'example' in schema ? String(schema.example) : undefined;
}
