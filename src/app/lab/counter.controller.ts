import { Controller, Get, Header, Req, Res } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../../access/decorators';
import { CounterCookie } from './counter-cookie';

const NO_COUNTER = 'No counter set!';

/** The chapter's four routes. Like the original, they change state by GET. */
@ApiExcludeController()
@Controller()
@Public()
export class CounterController {
  constructor(private readonly counter: CounterCookie) {}

  @Get('start_counter')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  start(@Res({ passthrough: true }) response: Response): string {
    this.counter.write(response, 0);
    return 'New counter started!';
  }

  @Get('count')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  count(@Req() request: Request, @Res({ passthrough: true }) response: Response): string {
    const count = this.counter.read(request);
    if (count === null) return NO_COUNTER;
    this.counter.write(response, count + 1);
    return String(count + 1);
  }

  @Get('get_count')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  get(@Req() request: Request): string {
    return String(this.counter.read(request) ?? NO_COUNTER);
  }

  @Get('clear_count')
  @Header('Content-Type', 'text/plain; charset=utf-8')
  clear(@Req() request: Request, @Res({ passthrough: true }) response: Response): string {
    if (this.counter.read(request) !== null) this.counter.clear(response);
    return 'Counter cleared!';
  }
}
