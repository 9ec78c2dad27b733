import { Get, Header, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { OwnController } from '../latchkey-routes';
import { Public } from '../../access/decorators';
import { Clock } from '../../options/clock';
import { Settings } from '../../options/settings';
import { securityTxt } from './security-txt';
import { RedirectTo } from '../redirect-to';

/** Standard addresses for programs (RFC 8615). Missing ones get 404, which programs rely on too. */
@ApiExcludeController()
@OwnController('/')
@Public()
export class WellKnownController {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Get('.well-known/security.txt')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  securityTxt(): string {
    const { securityContact, origin } = this.settings;
    return securityTxt(securityContact, origin, this.clock.now());
  }

  /** The location before RFC 9116, where some tools still look first. */
  @Get('security.txt')
  @Redirect('/.well-known/security.txt', 308)
  formerSecurityTxt(): void {}

  /** Password managers send their users here. */
  @Get('.well-known/change-password')
  @RedirectTo('/account/password')
  changePassword(): void {}
}
