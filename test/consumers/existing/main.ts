import { join } from 'node:path';
import { Module, ValidationPipe, VersioningType } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { APP_FILTER, NestFactory } from '@nestjs/core';
import { EventEmitterModule } from '@nestjs/event-emitter';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ScheduleModule } from '@nestjs/schedule';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
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
        session: { secret: config.getOrThrow<string>('SESSION_SECRET') },
      }),
      pages: false,
      ...(process.env.SHARED && { database: { dataSource: 'default' } }),
    }),
  ],
  controllers: [OrdersController, HappenedController],
  providers: [Happened, Jobs, { provide: APP_FILTER, useClass: OutOfStockFilter }],
})
class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create<NestExpressApplication>(AppModule, { rawBody: true });
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
  app.useStaticAssets(join(__dirname, '../public'), { prefix: '/files' });
  app.enableCors({ origin: 'https://shop.example' });
  if (process.env.DEFAULT_VERSION)
    app.enableVersioning({ type: VersioningType.URI, defaultVersion: process.env.DEFAULT_VERSION });
  if (process.env.PREFIX) app.setGlobalPrefix(process.env.PREFIX);
  const document = SwaggerModule.createDocument(app, new DocumentBuilder().setTitle('Orders').build());
  SwaggerModule.setup('reference', app, document);
  await app.listen(process.env.PORT ?? 3000);
}
void bootstrap();
