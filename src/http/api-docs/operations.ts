import type { OpenAPIObject } from '@nestjs/swagger';
import { isSafeMethod } from '../page-request';
import { PROBLEM_MEDIA_TYPE } from '../problem';
import { KEY_HEADER } from '../../access/submissions/submission-errors';

type PathItem = OpenAPIObject['paths'][string];
type Operation = NonNullable<PathItem['get']>;
type Parameter = Extract<NonNullable<Operation['parameters']>[number], { name: string }>;

const IDEMPOTENCY_KEY: Parameter = {
  name: KEY_HEADER,
  in: 'header',
  required: false,
  description:
    'Of your choice, such as a UUID, and another one for each change. The same request under the same key within ten seconds has no second effect and gets the same answer; another request under it gets 422, and one whose first answer is not known gets 409.',
  // No example: the documentation page would send it with every request.
  schema: { type: 'string', minLength: 16, maxLength: 257 },
};

/**
 * Adds to every operation what the decorators of a single route cannot know.
 * @param schemes of security, any of which opens a closed route.
 */
export function complete(document: OpenAPIObject, schemes: string[]): OpenAPIObject {
  for (const [path, item] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(item) as [string, Operation][]) {
      // A new array, because the operations of a controller share their parameters.
      if (!isSafeMethod(method.toUpperCase()))
        operation.parameters = [...(operation.parameters ?? []), IDEMPOTENCY_KEY];
      operation.security = securityOf(operation, schemes);
      operation.responses = withInstance(operation, path);
    }
  }
  return document;
}

/** As in the guard: closed by default. `@Public()` adds an empty requirement, which opens it. */
function securityOf({ security = [] }: Operation, schemes: string[]): Operation['security'] {
  const isPublic = security.some((requirement) => Object.keys(requirement).length === 0);
  if (isPublic) return [];
  return security.length > 0 ? security : schemes.map((scheme) => ({ [scheme]: [] }));
}

/** Puts the requested path into the example problems. The operations of a controller share its responses. */
function withInstance({ parameters = [], responses }: Operation, path: string): Operation['responses'] {
  const examples = new Map((parameters as Parameter[]).map(({ name, schema }) => [name, exampleOf(schema)]));
  const instance = path.replace(/\{(\w+)\}/g, (_, name: string) => examples.get(name) ?? name);
  return Object.fromEntries(
    Object.entries(responses).map(([status, response]) => {
      const content = response && 'content' in response ? response.content : undefined;
      const problem = content?.[PROBLEM_MEDIA_TYPE];
      if (!problem) return [status, response];
      const example: unknown = { ...(problem.example as object), instance };
      return [
        status,
        { ...response, content: { ...content, [PROBLEM_MEDIA_TYPE]: { ...problem, example } } },
      ];
    }),
  ) as Operation['responses'];
}

function exampleOf(schema: Parameter['schema']): string | undefined {
  return schema && 'example' in schema ? String(schema.example) : undefined;
}
