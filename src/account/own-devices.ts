import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../http/request-context';
import { SessionEnded } from '../access/access-errors';
import type { Principal } from '../access/principal';
import { Devices } from '../sessions/devices';
import { UsersService } from '../users/users-service';

/** Revokes the principal's own sessions, for pages and the API. Both methods throw SessionEnded. */
@Injectable()
export class OwnDevices {
  constructor(
    private readonly devices: Devices,
    private readonly users: UsersService,
  ) {}

  async revoke(request: RequestContext, principal: Principal, publicId: string): Promise<void> {
    await this.devices.revoke(request, principal, publicId);
    await this.users.own(principal); // a session of a later version may have survived
  }

  async revokeOthers(request: RequestContext, principal: Principal): Promise<void> {
    if (!(await this.devices.revokeOthers(request, principal))) throw new SessionEnded();
    await this.users.own(principal);
  }
}
