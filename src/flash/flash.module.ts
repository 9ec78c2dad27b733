import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { SessionsModule } from '../sessions/sessions.module';
import { FlashInterceptor } from './flash.interceptor';
import { FlashService, GuestFlashes } from './flash-service';

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
