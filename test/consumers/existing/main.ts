import { join } from 'node:path';
import { ValidationPipe, VersioningType } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { AppModule } from './app.module';

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
