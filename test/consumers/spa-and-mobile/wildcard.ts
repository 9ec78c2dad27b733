import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LatchkeyModule } from 'latchkey';

@Module({
  imports: [
    LatchkeyModule.forRoot({
      session: { secret: process.env.SESSION_SECRET },
      origins: ['https://*.example.com'],
    }),
  ],
})
class AppModule {}

void NestFactory.create(AppModule).then((app) => app.listen(process.env.PORT ?? 3000));
