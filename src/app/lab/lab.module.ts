import { Module } from '@nestjs/common';
import { SessionsModule } from '../../sessions/sessions.module';
import { CounterController } from './counter.controller';
import { CounterCookie } from './counter-cookie';
import { LabController } from './lab.controller';

@Module({
  imports: [SessionsModule],
  controllers: [CounterController, LabController],
  providers: [CounterCookie],
})
export class LabModule {}
