import { Controller, Get, Header, Redirect } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import { Public } from '../../access/public.decorator';
import { Clock } from '../../options/clock';
import { Settings } from '../../options/settings';
import { securityTxt } from './security-txt';

/** Addresses that programs look for by agreement (RFC 8615). One that is not here answers 404, as they rely on too. */
@ApiExcludeController()
@Controller()
@Public()
export class WellKnownController {
  constructor(
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  @Get('.well-known/security.txt')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  securityTxt(): string {
    const { securityContact, baseUrl } = this.settings;
    return securityTxt(securityContact, baseUrl, this.clock.now());
  }

  /** Where it stood before RFC 9116, and where some still look first. */
  @Get('security.txt')
  @Redirect('/.well-known/security.txt', 308)
  formerSecurityTxt(): void {}

  /** Password managers lead their user here. */
  @Get('.well-known/change-password')
  @Redirect('/account/password', 303)
  changePassword(): void {}
}
