import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException, Logger } from '@nestjs/common';
import { type Observable, throwError } from 'rxjs';
import type { MessageError } from '../errors';
import { kindOf } from '../request-context';
import { describeError } from './describe-error';

/**
 * Reports errors of calls other than HTTP requests in their transport's format, without internal details.
 * Global filters do not apply to a gateway, so a gateway adds this one with `@UseFilters`.
 */
@Catch()
export class MessageExceptionFilter implements ExceptionFilter {
  private readonly logger = new Logger('Errors');

  catch(error: unknown, host: ArgumentsHost): Error | Observable<never> | undefined {
    const kind = kindOf(host);
    if (kind === 'graphql') return this.forGraphql(error);
    const described = ownErrorOf(error) ?? this.describe(error);
    if (kind !== 'ws') return throwError(() => described);
    tellClient(host.switchToWs().getClient(), described);
    return undefined;
  }

  private forGraphql(error: unknown): Error {
    if (error instanceof Error && error.name === 'GraphQLError') return error; // meant for clients
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

/** The error of an RpcException or a WsException. */
function ownErrorOf(error: unknown): object | undefined {
  const { getError } = (error ?? {}) as { getError?: unknown };
  if (typeof getError !== 'function') return undefined;
  const own: unknown = getError.call(error);
  return typeof own === 'object' && own !== null ? own : { status: 'error', message: own };
}

interface Client {
  readyState?: unknown;
  send(text: string): void;
  emit(event: string, data: object): void;
}

/** In the ws package, `emit` only notifies local listeners. */
function tellClient(client: Client, data: object): void {
  const isPlainWebSocket = typeof client.readyState === 'number';
  if (isPlainWebSocket) client.send(JSON.stringify({ event: 'exception', data }));
  else client.emit('exception', data);
}
