import { join } from 'node:path';
import { Controller, Get, Module, Render, ValidationPipe } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { CurrentUser, LatchkeyModule, type Principal, useLatchkeyViews } from 'latchkey';

@Controller()
class DeskController {
  @Get(['/', 'desk'])
  @Render('desk')
  desk(@CurrentUser() { username }: Principal) {
    return { title: 'Desk', owner: username };
  }
}

@Module({
  imports: [
    LatchkeyModule.forRoot({
      session: { secret: process.env.SESSION_SECRET },
      basePath: process.env.BASE_PATH ?? '',
    }),
  ],
  controllers: [DeskController],
})
class AppModule {}

async function bootstrap() {
  const app = await NestFactory.create<NestExpressApplication>(AppModule);
  app.useGlobalPipes(new ValidationPipe({ whitelist: true, transform: true }));
  useLatchkeyViews(app, {
    views: [join(__dirname, '../views')],
    navigation: [{ href: '/desk', text: 'Desk' }],
  });
  if (process.env.PREFIX) app.setGlobalPrefix(process.env.PREFIX);
  await app.listen(process.env.PORT ?? 3000);
}
void bootstrap();
