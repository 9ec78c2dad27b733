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

/** Routes written in a hurry: what they forget must not let a request through. */
@Controller('careless')
class CarelessController {
  constructor(private readonly flashes: FlashService) {}

  @Get('unannotated')
  unannotated(): string {
    return 'open';
  }

  // The owner's ID is in `userId`, but @OwnedBy is missing: the guard finds no `id`.
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

/** The whole application plus the careless routes. */
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
