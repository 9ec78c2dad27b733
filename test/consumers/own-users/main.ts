import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { useLatchkeyViews } from 'latchkey';
import { AppModule } from './app.module';

async function bootstrap() {
  const app = await NestFactory.create<NestExpressApplication>(AppModule);
  await useLatchkeyViews(app).listen(process.env.PORT ?? 3000);
}
void bootstrap();
