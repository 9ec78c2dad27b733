import { Controller, type DynamicModule, Get, Module, Req, UseGuards } from '@nestjs/common';
import type { Request } from 'express';
import { AppModule } from '../../src/app/app.module';
import {
  AccessModule,
  CorrectUserGuard,
  FlashModule,
  FlashService,
  Public,
  type Settings,
} from '../../src/index';

/** Routes as they are written in a hurry: what they leave out must not open a door. */
@Controller('careless')
class CarelessController {
  constructor(private readonly flashes: FlashService) {}

  @Get('unannotated')
  unannotated(): string {
    return 'open';
  }

  // The owner stands in `userId`, but no @OwnedBy says so: the guard finds no `id`.
  @Get('of-user/:userId')
  @UseGuards(CorrectUserGuard)
  ownerNotNamed(): string {
    return 'open';
  }

  @Get('public-of-user/:userId')
  @Public()
  @UseGuards(CorrectUserGuard)
  publicByMistake(): string {
    return 'open';
  }

  @Get('flash')
  @Public()
  flashMarkup(@Req() request: Request): string {
    this.flashes.add(request, { level: 'info', text: '<script>alert("it\'s me & you")</script>' });
    return 'flashed';
  }
}

/** The whole application, with the careless routes added. */
@Module({})
export class CarelessModule {
  static forRoot(settings: Settings): DynamicModule {
    return {
      module: CarelessModule,
      imports: [AppModule.forRoot(settings), AccessModule, FlashModule],
      controllers: [CarelessController],
    };
  }
}
