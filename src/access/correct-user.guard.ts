import { type CanActivate, type ExecutionContext, Injectable, NotFoundException } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { Request } from 'express';
import { parseResourceId } from '../common/resource-id';
import { LoginRequired, NotAuthorized } from './access-errors';
import { OWNER_PARAMETER } from './owned-by.decorator';

/**
 * Lets only the owner through. It compares IDs before anything is looked up, so that an ID that does not exist
 * answers the same as one that is somebody else's (ASVS 5.0: 8.2.2).
 *
 * Extend it and override `ownerId` where the owner is not a path parameter.
 */
@Injectable()
export class CorrectUserGuard implements CanActivate {
  constructor(protected readonly reflector: Reflector) {}

  async canActivate(context: ExecutionContext): Promise<boolean> {
    const { principal } = context.switchToHttp().getRequest<Request>();
    if (!principal) throw new LoginRequired();
    const ownerId = await this.ownerId(context);
    // Two missing IDs are equal and not the same person: it must be a number, too.
    if (typeof ownerId !== 'number' || ownerId !== principal.id) throw new NotAuthorized();
    return true;
  }

  /** @returns the ID of the user who owns what is asked for, or null when there is none. */
  protected ownerId(context: ExecutionContext): number | null | Promise<number | null> {
    const parameter =
      this.reflector.getAllAndOverride<string | undefined>(OWNER_PARAMETER, [
        context.getHandler(),
        context.getClass(),
      ]) ?? 'id';
    const text = context.switchToHttp().getRequest<Request>().params[parameter];
    const id = parseResourceId(text);
    if (id === null && text !== undefined) throw new NotFoundException(); // no resource has such an address
    return id;
  }
}
