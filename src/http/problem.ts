import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { STATUS_CODES } from 'node:http';
import { END_REASONS } from './end-reasons';

export type FieldErrors = Record<string, string[]>;

/** The reason given when the user must enter the password again. */
export const REAUTHENTICATION_REQUIRED = 'reauthentication_required';

/** An error response of the API, `application/problem+json` (RFC 9457). */
export class Problem {
  @ApiProperty({ example: 'about:blank', description: 'Says no more than the status' })
  type!: string;

  @ApiProperty({ example: 'Unprocessable Entity', description: 'The name of the status' })
  title!: string;

  @ApiProperty({ type: 'integer', example: 422 })
  status!: number;

  @ApiPropertyOptional({
    example: 'Some fields need another look.',
    description: 'What went wrong, for people',
  })
  detail?: string;

  @ApiPropertyOptional({ example: '/api/v1/auth/signup', description: 'The path that was asked for' })
  instance?: string;

  @ApiPropertyOptional({
    example: '0b6c0b2e-2a6f-4c5e-9d64-9b1f5f1d7c11',
    description: 'Names this request in the log',
  })
  requestId?: string;

  @ApiPropertyOptional({
    example: { username: ['This field is required.'] },
    description: 'What is wrong with each field, for people',
    additionalProperties: { type: 'array', items: { type: 'string' } },
  })
  errors?: FieldErrors;

  @ApiPropertyOptional({
    enum: [...END_REASONS, REAUTHENTICATION_REQUIRED],
    description:
      'With 401: why the session ended whose cookie came along. With 403: that the password must be given again',
  })
  reason?: string;
}

export const PROBLEM_MEDIA_TYPE = 'application/problem+json';

export const statusName = (status: number): string => STATUS_CODES[status] ?? 'Error';
