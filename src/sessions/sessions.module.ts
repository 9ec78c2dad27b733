import { Module, type Type } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LATCHKEY_DATA_SOURCE } from '../database/data-source-name';
import { Clock } from '../options/clock';
import { CodeOptions } from '../options/code-options';
import { Settings } from '../options/settings';
import { InvalidationSource } from '../database/invalidation/invalidation-source';
import { SecurityEventsModule } from '../events/bus/security-events.module';
import { DatabaseSessionEngine } from './engines/database-session-engine';
import { MemorySessionEngine } from './engines/memory-session-engine';
import { RedisConnection } from './engines/redis-connection';
import { RedisSessionEngine } from './engines/redis-session-engine';
import { SessionEntity } from './engines/session.entity';
import { BearerSessions } from './bearer-sessions';
import { Devices } from './devices';
import { EngineStore } from './engine-store';
import { ExpiredSessions } from './expired-sessions';
import { KnownDevices } from './known-devices';
import { RememberCookie } from './remember-cookie';
import { RememberFamilies } from './remember-families';
import { RememberFamily } from './remember-family.entity';
import { SessionCache } from './session-cache';
import { SessionCookie } from './session-cookie';
import { SESSION_ENGINE, SessionEngine } from './session-engine';
import { SessionTermination } from './session-termination';
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

/** Caches only engines whose changes the database announces: not custom ones and not the memory engine. */
async function openEngine(
  { sessionStore, sessionCache }: Settings,
  modules: ModuleRef,
  source: InvalidationSource,
  clock: Clock,
  { sessionEngine }: CodeOptions,
  custom?: SessionEngine,
): Promise<SessionEngine> {
  if (custom) return custom;
  if (sessionEngine) return modules.create(sessionEngine as Type<SessionEngine>);
  const engine = await modules.create(ENGINES[sessionStore]);
  const isCached = sessionCache > 0 && sessionStore !== 'memory';
  return isCached ? new SessionCache(engine, source, clock, sessionCache) : engine;
}

@Module({
  imports: [
    TypeOrmModule.forFeature([SessionEntity, RememberFamily], LATCHKEY_DATA_SOURCE),
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
      inject: [
        Settings,
        ModuleRef,
        InvalidationSource,
        Clock,
        CodeOptions,
        { token: SESSION_ENGINE, optional: true },
      ],
      useFactory: openEngine,
    },
    BearerSessions,
    Devices,
    EngineStore,
    ExpiredSessions,
    KnownDevices,
    RememberCookie,
    RememberFamilies,
    SessionTermination,
    SessionCookie,
    SessionLimit,
    SessionMiddleware,
    SessionService,
    SignedCookies,
    Signer,
  ],
  exports: [
    SecurityEventsModule, // its middleware runs before ours
    BearerSessions,
    Devices,
    KnownDevices,
    RememberCookie,
    RememberFamilies,
    SessionCookie,
    SessionEngine,
    EngineStore,
    SessionTermination,
    SessionMiddleware,
    SessionService,
    SignedCookies,
    Signer,
  ],
})
export class SessionsModule {}
