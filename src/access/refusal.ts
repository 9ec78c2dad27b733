import type { ArgumentsHost, HttpException } from '@nestjs/common';
import type { MessageError } from '../http/message-error';
import { kindOf } from '../http/request-of';

type Refused = HttpException & Pick<MessageError, 'reason'>;
type TransportException = new (error: MessageError) => Error;

/** The error with which a guard refuses a call: what its transport takes for a refusal and not for a fault of the server. */
export function refusal(host: ArgumentsHost, error: Refused): Error {
  const kind = kindOf(host);
  if (kind === 'rpc') return inTransport('@nestjs/microservices', 'RpcException', error);
  if (kind === 'ws') return inTransport('@nestjs/websockets', 'WsException', error);
  return error;
}

/** @param name of a package that an application may do without: a call of its kind shows that it is there. */
function inTransport(name: string, exception: string, error: Refused): Error {
  const { [exception]: Exception } = require(name) as Record<string, TransportException>;
  const { message, reason } = error;
  const told = {
    status: 'error',
    statusCode: error.getStatus(),
    message,
    ...(reason && { reason }),
  } as const;
  return Object.assign(new Exception(told), { cause: error });
}
