import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { FlashModule } from '../flash/flash.module';
import { DirectRoutes } from './direct-routes';

/**
 * A shorter way for the few routes that are marked `@Direct()`: found by their address, where Express's router tries one
 * route after the other, and without interceptors, each of which Nest binds to the asynchronous context (25 µs on Node
 * 20); the flashes are brought in all the same. Where a module adds a global interceptor (`APP_INTERCEPTOR`), these routes go
 * the usual way, so that it sees them; one of `app.useGlobalInterceptors` cannot be found: leave this module out then.
 */
@Module({
  imports: [DiscoveryModule, FlashModule],
  providers: [DirectRoutes],
  exports: [DirectRoutes],
})
export class DirectRoutesModule {}
