import { Module } from '@nestjs/common';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { DatabaseSessionEngine } from './database-session-engine';
import { EngineStore } from './engine-store';
import { ExpiredSessions } from './expired-sessions';
import { SessionEngine } from './session-engine';
import { SessionEntity } from './session.entity';
import { SessionService } from './session-service';
import { SignedCookies } from './signed-cookies';
import { Signer } from './signer';

@Module({
  imports: [TypeOrmModule.forFeature([SessionEntity]), ScheduleModule.forRoot()],
  providers: [
    { provide: SessionEngine, useClass: DatabaseSessionEngine },
    EngineStore,
    ExpiredSessions,
    SessionService,
    SignedCookies,
    Signer,
  ],
  exports: [SessionEngine, EngineStore, SessionService, SignedCookies, Signer],
})
export class SessionsModule {}
