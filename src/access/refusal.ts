import type { ArgumentsHost, HttpException } from '@nestjs/common';
import type { MessageError } from '../http/message-error';
import { kindOf } from '../http/request-of';

type Refused = HttpException & Pick<MessageError, 'reason'>;
type TransportException = new (error: MessageError) => Error;

/** Wraps a guard's error so that the call's transport reports a refusal, not an internal error. */
export function refusal(host: ArgumentsHost, error: Refused): Error {
  const kind = kindOf(host);
  if (kind === 'rpc') return inTransport('@nestjs/microservices', 'RpcException', error);
  if (kind === 'ws') return inTransport('@nestjs/websockets', 'WsException', error);
  return error;
}

/** @param name of an optional package. A call over its transport proves that it is installed. */
function inTransport(name: string, exception: string, error: Refused): Error {
  const { [exception]: Exception } = require(name) as Record<string, TransportException>;
  const { message, reason } = error;
  const response = {
    status: 'error',
    statusCode: error.getStatus(),
    message,
    ...(reason && { reason }),
  } as const;
  return Object.assign(new Exception(response), { cause: error });
}
