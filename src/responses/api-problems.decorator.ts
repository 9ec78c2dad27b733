import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { Problem, PROBLEM_MEDIA_TYPE, statusName } from '../common/problem';

const MEANINGS: Record<number, string> = {
  400: 'The request cannot be read, or names fields that are not known',
  401: 'Nobody is logged in, or the credentials are wrong',
  403: 'It is for somebody else to do, or the request came from another site',
  404: 'There is no such thing',
  409: 'Somebody else has this value already',
  413: 'The body is larger than 100 kB',
  415: 'The body is not JSON in UTF-8',
  422: 'Fields break a rule: `errors` says which and why',
  503: 'The server is busy or a part of it does not answer; `Retry-After` may say when to try again',
};

const FIELD_ERRORS = { username: ['This field is required.'] };

/** Documents the error answers of a route, each `application/problem+json`. */
export function ApiProblems(...statuses: number[]) {
  return applyDecorators(
    ApiExtraModels(Problem),
    ...statuses.map((status) =>
      ApiResponse({
        status,
        description: MEANINGS[status],
        content: {
          [PROBLEM_MEDIA_TYPE]: { schema: { $ref: getSchemaPath(Problem) }, example: exampleOf(status) },
        },
      }),
    ),
  );
}

function exampleOf(status: number): Problem {
  const requestId = '0b6c0b2e-2a6f-4c5e-9d64-9b1f5f1d7c11';
  const problem = {
    type: 'about:blank',
    title: statusName(status),
    status,
    detail: MEANINGS[status],
    requestId,
  };
  return status === 422 || status === 409 ? { ...problem, errors: FIELD_ERRORS } : problem;
}
