import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseSessionEngine } from './database-session-engine';
import { EngineStore } from './engine-store';
import { ExpiredSessions } from './expired-sessions';
import { RememberCookie } from './remember-cookie';
import { RememberFamilies } from './remember-families';
import { RememberFamily } from './remember-family.entity';
import { SessionEngine } from './session-engine';
import { SessionEntity } from './session.entity';
import { SessionService } from './session-service';
import { SignedCookies } from './signed-cookies';
import { Signer } from './signer';

@Module({
  imports: [TypeOrmModule.forFeature([SessionEntity, RememberFamily]), ScheduleModule.forRoot()],
  providers: [
    { provide: SessionEngine, useClass: DatabaseSessionEngine },
    EngineStore,
    ExpiredSessions,
    RememberCookie,
    RememberFamilies,
    SessionService,
    SignedCookies,
    Signer,
  ],
  exports: [
    RememberCookie,
    RememberFamilies,
    SessionEngine,
    EngineStore,
    SessionService,
    SignedCookies,
    Signer,
  ],
})
export class SessionsModule {}
