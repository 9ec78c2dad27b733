import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import type { MessageError } from '../message-error';
import { kindOf } from '../request-of';
import { describeError } from './describe-error';

/**
 * Answers errors of calls that are no HTTP request as their transport does, and faults of ours without what a client may not
 * know. A gateway takes no filter of the application: it names this one with `@UseFilters`.
 */
@Catch()
export class MessageExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  catch(error: unknown, host: ArgumentsHost): Error | Observable<never> | undefined {
    const kind = kindOf(host);
    if (kind === 'graphql') return this.forGraphql(error);
    const told = ownErrorOf(error) ?? this.describe(error);
    if (kind !== 'ws') return throwError(() => told);
    tellClient(host.switchToWs().getClient(), told);
    return undefined;
  }

  private forGraphql(error: unknown): Error {
    if (error instanceof Error && error.name === 'GraphQLError') return error; // made for clients
    const { statusCode, ...rest } = this.describe(error);
    return new HttpException({ ...rest, statusCode }, statusCode);
  }

  private describe(error: unknown): MessageError {
    const { status: statusCode, detail: message, errors, reason } = describeError(error);
    if (statusCode >= 500) {
      const isExpected = error instanceof HttpException && statusCode !== 500;
      const stack = error instanceof Error && !isExpected ? error.stack : undefined;
      this.logger.error(`Answered ${statusCode} to a message`, stack);
    }
    return {
      status: 'error',
      statusCode,
      message,
      ...(errors && { errors }),
      ...(reason !== undefined && { reason }),
    };
  }
}

/** What an RpcException or a WsException tells its client. */
function ownErrorOf(error: unknown): object | undefined {
  const { getError } = (error ?? {}) as { getError?: unknown };
  if (typeof getError !== 'function') return undefined;
  const told: unknown = getError.call(error);
  return typeof told === 'object' && told !== null ? told : { status: 'error', message: told };
}

interface Client {
  readyState?: unknown;
  send(text: string): void;
  emit(event: string, data: object): void;
}

/** `emit` of the package ws tells only the server itself. */
function tellClient(client: Client, told: object): void {
  const isPlainWebSocket = typeof client.readyState === 'number';
  if (isPlainWebSocket) client.send(JSON.stringify({ event: 'exception', data: told }));
  else client.emit('exception', told);
}
