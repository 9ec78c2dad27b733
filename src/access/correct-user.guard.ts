import {
  type CanActivate,
  type ExecutionContext,
  Inject,
  Injectable,
  NotFoundException,
  type Type,
} from '@nestjs/common';
import { ModuleRef, Reflector } from '@nestjs/core';
import { kindOf } from '../http/request-context';
import { parseResourceId } from '../http/resource-id';
import { LoginRequired, NotAuthorized, refusal } from './access-errors';
import { OWNER } from './decorators';
import type { OwnedRequest, OwnerLoader } from './owner-loader';
import { principalOf } from './principal';

/**
 * Admits only an owner. An unknown ID gets the same response as another user's ID (ASVS 5.0: 8.2.2).
 *
 * Extend it and override `ownerId` where neither a parameter nor an OwnerLoader says who the owner is.
 */
@Injectable()
export class CorrectUserGuard implements CanActivate {
  // Not in the constructor, which subclasses call.
  @Inject(ModuleRef)
  private readonly modules!: ModuleRef;

  constructor(protected readonly reflector: Reflector) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const principal = principalOf(context);
    if (!principal) throw refusal(context, new LoginRequired());
    const owners = await this.owners(context);
    // Two missing IDs would compare equal: require a number. Not `includes`, which finds NaN.
    if (!owners.some((owner) => typeof owner === 'number' && owner === principal.id))
      throw refusal(context, new NotAuthorized());
    return true;
  }

  /** @returns the user ID of the requested resource's owner, or null if it has none. */
  protected ownerId(context: ExecutionContext): number | null | Promise<number | null> {
    const owner = this.ownedBy(context);
    const parameter = typeof owner === 'string' ? owner : 'id';
    const text = parameterOf(context, parameter);
    const id = parseResourceId(typeof text === 'number' ? String(text) : text);
    // Malformed IDs match no resource.
    if (id === null && text !== undefined) throw refusal(context, new NotFoundException());
    return id;
  }

  private async owners(context: ExecutionContext): Promise<readonly (number | null)[]> {
    const owner = this.ownedBy(context);
    if (typeof owner !== 'function') return [await this.ownerId(context)];
    if (kindOf(context) !== 'http') return []; // other transports override `ownerId`
    const request = context.switchToHttp().getRequest<OwnedRequest>();
    const owners = await this.modules.get(owner, { strict: false }).ownersOf(request);
    return [owners].flat();
  }

  private ownedBy(context: ExecutionContext): string | Type<OwnerLoader> | undefined {
    return this.reflector.getAllAndOverride(OWNER, [context.getHandler(), context.getClass()]);
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
