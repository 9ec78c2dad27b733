import { Module } from '@nestjs/common';
import { APP_INTERCEPTOR } from '@nestjs/core';
import { SessionsModule } from '../sessions/sessions.module';
import { FlashInterceptor } from './flash.interceptor';
import { FlashCookies } from './flash-cookies';
import { FlashService } from './flash-service';

@Module({
  imports: [SessionsModule],
  providers: [
    FlashCookies,
    FlashService,
    FlashInterceptor,
    { provide: APP_INTERCEPTOR, useExisting: FlashInterceptor },
  ],
  exports: [FlashService, FlashInterceptor],
})
export class FlashModule {}
