import { type CanActivate, type ExecutionContext, Injectable, NotFoundException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import { kindOf } from '../http/request-context';
import { parseResourceId } from '../http/resource-id';
import { LoginRequired, NotAuthorized, refusal } from './access-errors';
import { OWNER_PARAMETER } from './decorators';
import { principalOf } from './principal';

/**
 * Admits only the owner. It compares IDs before any look-up, so that an unknown ID gets the same response as
 * another user's ID (ASVS 5.0: 8.2.2).
 *
 * Extend it and override `ownerId` where the owner is not a path parameter.
 */
@Injectable()
export class CorrectUserGuard implements CanActivate {
  constructor(protected readonly reflector: Reflector) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const principal = principalOf(context);
    if (!principal) throw refusal(context, new LoginRequired());
    const ownerId = await this.ownerId(context);
    // Two missing IDs would compare equal: require a number.
    if (typeof ownerId !== 'number' || ownerId !== principal.id) throw refusal(context, new NotAuthorized());
    return true;
  }

  /** @returns the user ID of the requested resource's owner, or null if it has none. */
  protected ownerId(context: ExecutionContext): number | null | Promise<number | null> {
    const parameter =
      this.reflector.getAllAndOverride<string | undefined>(OWNER_PARAMETER, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'id';
    const text = parameterOf(context, parameter);
    const id = parseResourceId(typeof text === 'number' ? String(text) : text);
    // Malformed IDs match no resource.
    if (id === null && text !== undefined) throw refusal(context, new NotFoundException());
    return id;
  }
}

/** Reads a path parameter, GraphQL argument or message field. */
function parameterOf(context: ExecutionContext, name: string): unknown {
  const named = parametersOf(context);
  if (typeof named !== 'object' || named === null || !Object.hasOwn(named, name)) return undefined;
  return (named as Record<string, unknown>)[name];
}

function parametersOf(context: ExecutionContext): unknown {
  switch (kindOf(context)) {
    case 'http':
      return context.switchToHttp().getRequest<{ params: unknown }>().params;
    case 'graphql':
      return context.getArgByIndex(1);
    case 'rpc':
      return context.switchToRpc().getData();
    case 'ws':
      return context.switchToWs().getData();
    default:
      return undefined;
  }
}
