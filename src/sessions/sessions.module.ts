import { Module, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { Settings } from '../config/settings';
import { SecurityEventsModule } from '../security-events/security-events.module';
import { DatabaseSessionEngine } from './engines/database-session-engine';
import { MemorySessionEngine } from './engines/memory-session-engine';
import { RedisConnection } from './engines/redis-connection';
import { RedisSessionEngine } from './engines/redis-session-engine';
import { SessionEntity } from './engines/session.entity';
import { Devices } from './devices';
import { EngineStore } from './engine-store';
import { ExpiredSessions } from './expired-sessions';
import { KnownDevices } from './known-devices';
import { LoadedSessions } from './loaded-sessions';
import { RememberCookie } from './remember-cookie';
import { RememberFamilies } from './remember-families';
import { RememberFamily } from './remember-family.entity';
import { SessionCookie } from './session-cookie';
import { SESSION_ENGINE, SessionEngine } from './session-engine';
import { SessionEnds } from './session-ends';
import { SessionLimit } from './session-limit';
import { SessionMiddleware } from './session.middleware';
import { SessionService } from './session-service';
import { SignedCookies } from './signed-cookies';
import { Signer } from './signer';

const ENGINES: Record<Settings['sessionStore'], Type<SessionEngine>> = {
  database: DatabaseSessionEngine,
  redis: RedisSessionEngine,
  memory: MemorySessionEngine,
};

@Module({
  imports: [
    TypeOrmModule.forFeature([SessionEntity, RememberFamily]),
    ScheduleModule.forRoot(),
    SecurityEventsModule,
  ],
  providers: [
    DatabaseSessionEngine,
    {
      provide: RedisConnection,
      inject: [Settings],
      useFactory: ({ sessionStore, redisUrl, redisPrefix }: Settings) =>
        sessionStore === 'redis' && redisUrl ? RedisConnection.open(redisUrl, redisPrefix) : null,
    },
    {
      provide: SessionEngine,
      inject: [Settings, ModuleRef, { token: SESSION_ENGINE, optional: true }],
      useFactory: ({ sessionStore }: Settings, modules: ModuleRef, theirs?: SessionEngine) =>
        theirs ?? modules.create(ENGINES[sessionStore]),
    },
    Devices,
    EngineStore,
    ExpiredSessions,
    KnownDevices,
    LoadedSessions,
    RememberCookie,
    RememberFamilies,
    SessionEnds,
    SessionCookie,
    SessionLimit,
    SessionMiddleware,
    SessionService,
    SignedCookies,
    Signer,
  ],
  exports: [
    SecurityEventsModule, // its middleware comes before ours
    Devices,
    KnownDevices,
    RememberCookie,
    RememberFamilies,
    SessionCookie,
    SessionEngine,
    EngineStore,
    SessionEnds,
    SessionMiddleware,
    SessionService,
    SignedCookies,
    Signer,
  ],
})
export class SessionsModule {}
