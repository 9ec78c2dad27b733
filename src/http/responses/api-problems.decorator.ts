import { applyDecorators } from '@nestjs/common';
import { ApiExtraModels, ApiResponse, getSchemaPath } from '@nestjs/swagger';
import { type FieldErrors, Problem, PROBLEM_MEDIA_TYPE, statusName } from '../problem';
import { FLASHES } from '../../flash/flash';

interface Documented {
  /** When a route responds with it. */
  meaning: string;
  /** The default text of the example. */
  detail: string;
  errors?: FieldErrors;
  headers?: Record<string, { description: string; schema: { type: string; example: number } }>;
}

const retryAfter = (example: number) => ({
  'Retry-After': {
    description: 'After how many seconds the same request may succeed, when that is known',
    schema: { type: 'integer', example },
  },
});

const PROBLEMS = {
  400: {
    meaning: 'The request cannot be read, or has a field that is not known',
    detail: 'The request could not be understood.',
  },
  401: { meaning: 'Nobody is logged in, or the credentials are wrong', detail: FLASHES.loginRequired.text },
  403: {
    meaning: 'It is for somebody else to do, or the request came from another site',
    detail: 'Nothing was changed: this request did not come from our own pages.',
  },
  404: { meaning: 'There is no such thing', detail: 'There is nothing at this address.' },
  409: {
    meaning: 'Somebody else has this value already',
    detail: FLASHES.invalidSubmission.text,
    errors: { username: ['This name is taken.'] },
  },
  413: { meaning: 'The body is larger than 100 kB', detail: 'What you sent is larger than 100 kB.' },
  415: { meaning: 'The body is not JSON in UTF-8', detail: 'The API takes application/json.' },
  422: {
    meaning: 'Fields break a rule: `errors` says which and why',
    detail: 'Some fields need another look.',
    errors: { username: ['This field is required.'] },
  },
  429: {
    meaning: 'Too many tries came before this one, which was not looked at',
    detail: 'Too many attempts. Try again in 2 minutes.',
    headers: retryAfter(120),
  },
  503: {
    meaning: 'The server is busy, or a part of it does not answer',
    detail: 'The server is busy. Please try again in a moment.',
    headers: retryAfter(1),
  },
} satisfies Record<number, Documented>;

type Status = keyof typeof PROBLEMS;

/**
 * Documents the error responses of a route or a controller, each `application/problem+json`.
 * @param listed statuses, each alone or with the text of its example: a `detail`, or `errors` by field.
 * @example @ApiProblems(403, [401, 'Invalid credentials. Please try again.'], [422, { content: ['…'] }])
 */
export function ApiProblems(...listed: (Status | [status: Status, says: string | FieldErrors])[]) {
  return applyDecorators(
    ApiExtraModels(Problem),
    ...listed.map((one) => (typeof one === 'number' ? problemResponse(one) : problemResponse(...one))),
  );
}

function problemResponse(status: Status, says: string | FieldErrors = {}) {
  const { meaning, headers, detail, errors }: Documented = PROBLEMS[status];
  const example: Problem = {
    type: 'about:blank',
    title: statusName(status),
    status,
    detail: typeof says === 'string' ? says : detail,
    requestId: '0b6c0b2e-2a6f-4c5e-9d64-9b1f5f1d7c11',
    errors: typeof says === 'string' || Object.keys(says).length === 0 ? errors : says,
  };
  return ApiResponse({
    status,
    description: meaning,
    headers,
    content: { [PROBLEM_MEDIA_TYPE]: { schema: { $ref: getSchemaPath(Problem) }, example } },
  });
}
