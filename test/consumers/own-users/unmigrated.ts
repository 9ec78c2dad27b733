import { Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LatchkeyModule } from 'latchkey';
import { Employee } from './app.module';

@Module({ imports: [LatchkeyModule.forRoot({ dataDir: 'unmigrated', users: { entity: Employee } })] })
class UnmigratedModule {}

void NestFactory.create(UnmigratedModule).then((app) => app.listen(process.env.PORT ?? 3000));
