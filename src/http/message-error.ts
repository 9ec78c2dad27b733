import type { FieldErrors } from './problem';

/** An error for clients of a microservice or gateway: Nest's format plus the fields of an API problem. */
export interface MessageError {
  status: 'error';
  statusCode: number;
  message: string;
  errors?: FieldErrors;
  reason?: string;
}
