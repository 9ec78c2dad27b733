import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LatchkeyModule, type LatchkeyOptions } from 'latchkey';

const fromConfiguration = JSON.parse('{ "session": { "idelTimeout": "1h" } }') as LatchkeyOptions;

@Module({ imports: [LatchkeyModule.forRootAsync({ useFactory: () => fromConfiguration })] })
class AppModule {}

void NestFactory.create(AppModule).then((app) => app.listen(process.env.PORT ?? 3000));
