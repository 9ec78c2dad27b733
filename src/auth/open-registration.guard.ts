import { type CanActivate, Injectable, NotFoundException } from '@nestjs/common';
import { Settings } from '../options/settings';

/** With REGISTRATION=closed there is nothing at these addresses. */
@Injectable()
export class OpenRegistrationGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(): boolean {
    if (this.settings.registration === 'closed') throw new NotFoundException();
    return true;
  }
}
