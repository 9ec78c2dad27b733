import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { SessionsModule } from '../sessions/sessions.module';
import { FlashInterceptor } from './flash.interceptor';
import { FlashService } from './flash-service';
import { GuestFlashes } from './guest-flashes';

@Module({
  imports: [SessionsModule],
  providers: [
    GuestFlashes,
    FlashService,
    FlashInterceptor,
    { provide: APP_INTERCEPTOR, useExisting: FlashInterceptor },
  ],
  exports: [FlashService, FlashInterceptor],
})
export class FlashModule {}
