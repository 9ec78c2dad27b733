import { Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_FILTER } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import { ScheduleModule } from '@nestjs/schedule';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LatchkeyModule } from 'latchkey';
import { Happened, HappenedController, Jobs, OutOfStockFilter } from './jobs';
import { Order, OrdersController } from './orders';

@Module({
  imports: [
    ConfigModule.forRoot({ isGlobal: true }),
    EventEmitterModule.forRoot(),
    ScheduleModule.forRoot(),
    TypeOrmModule.forRoot({
      type: 'sqlite',
      database: 'orders.sqlite',
      synchronize: true,
      autoLoadEntities: true,
    }),
    TypeOrmModule.forFeature([Order]),
    LatchkeyModule.forRootAsync({
      inject: [ConfigService],
      useFactory: (config: ConfigService) => ({
        dataDir: process.env.SHARED ?? 'data',
        session: { secret: config.getOrThrow<string>('SESSION_SECRET') },
      }),
      pages: false,
      ...(process.env.SHARED && { database: { dataSource: 'default' } }),
    }),
  ],
  controllers: [OrdersController, HappenedController],
  providers: [Happened, Jobs, { provide: APP_FILTER, useClass: OutOfStockFilter }],
})
export class AppModule {}
