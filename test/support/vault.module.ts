import { Body, Controller, Get, Module, Post, Redirect, Render, UseGuards } from '@nestjs/common';
import { FormPage, StepUpGuard, TextField } from '../../src/index';

class Deposit {
  @TextField()
  content!: string;
}

/** Pages of an application that need a recent password. */
@Controller('vault')
@UseGuards(StepUpGuard)
class VaultPagesController {
  @Get()
  @Render('home')
  show() {
    return { title: 'Vault' };
  }

  @Post()
  @FormPage('messages/new', 'Vault')
  @Redirect('/vault', 303)
  put(@Body() _: Deposit): void {}
}

@Controller('api/vault')
@UseGuards(StepUpGuard)
class VaultApiController {
  @Get()
  show() {
    return { gold: 1 };
  }

  @Post()
  put(@Body() { content }: Deposit) {
    return { content };
  }
}

@Module({ controllers: [VaultPagesController, VaultApiController] })
export class VaultModule {}
