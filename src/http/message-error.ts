import type { FieldErrors } from './problem';

/** An error as the client of a microservice or a gateway gets it: Nest's own form, and what a problem of the API says. */
export interface MessageError {
  status: 'error';
  statusCode: number;
  message: string;
  errors?: FieldErrors;
  reason?: string;
}
