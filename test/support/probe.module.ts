import { Controller, Get, Module, Param, Post, Query, Redirect, Render, Req } from '@nestjs/common';
import type { Request } from 'express';
import { FlashModule, type FlashLevel, FlashService, Public } from '../../src/index';

/** Holds requests that ask for it (`?wait`) inside their handler, until a test releases them. */
class Gate {
  private waiting: (() => void)[] = [];
  private noticed: () => void = () => undefined;

  wait(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      this.noticed();
    });
  }

  /** Resolves once a request waits at the gate. */
  async reached(): Promise<void> {
    if (this.waiting.length === 0) await new Promise<void>((resolve) => (this.noticed = resolve));
  }

  open(): void {
    for (const go of this.waiting.splice(0)) go();
  }
}

export const gate = new Gate();

/** Public routes of an application that use sessions and flashes as handlers do. */
@Controller('probe')
@Public()
class ProbeController {
  constructor(private readonly flashes: FlashService) {}

  @Get('values')
  values(@Req() request: Request): unknown {
    const { cookie: _, ...values } = request.session as unknown as Record<string, unknown>;
    return values;
  }

  @Post('values/:key')
  async write(@Req() request: Request, @Param('key') key: string, @Query('wait') wait?: string) {
    if (wait !== undefined) await gate.wait();
    Object.assign(request.session, { [key]: 'written' });
    return 'written';
  }

  @Post('failure')
  fail(@Req() request: Request, @Query('only') only?: string): void {
    if (only !== 'flash') Object.assign(request.session, { half: 'done' });
    this.flashes.add(request, { level: 'success', text: 'Done!' });
    throw new Error('A handler broke, as this test wants');
  }

  @Post('flash')
  @Redirect('/probe/page', 303)
  flash(@Req() request: Request, @Query('level') level: FlashLevel, @Query('text') text: string): void {
    this.flashes.add(request, { level, text });
  }

  @Get('hop/:left')
  @Redirect('', 303)
  hop(@Param('left') left: string): { url: string } {
    return { url: left === '0' ? '/probe/page' : `/probe/hop/${Number(left) - 1}` };
  }

  @Get('page')
  @Render('home')
  async page(@Req() request: Request, @Query('wait') wait?: string, @Query('text') text?: string) {
    if (wait !== undefined) await gate.wait();
    if (text !== undefined) this.flashes.add(request, { level: 'info', text });
    return { title: 'Probe' };
  }
}

@Module({ imports: [FlashModule], controllers: [ProbeController] })
export class ProbeModule {}
