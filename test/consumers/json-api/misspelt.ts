import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LatchkeyModule } from 'latchkey';

@Module({
  imports: [
    LatchkeyModule.forRoot({
      // @ts-expect-error The compiler knows it too.
      session: { secret: process.env.SESSION_SECRET, idelTimeout: '1h' },
    }),
  ],
})
class AppModule {}

void NestFactory.create(AppModule).then((app) => app.listen(process.env.PORT ?? 3000));
