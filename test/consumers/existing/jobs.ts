import { Catch, type ArgumentsHost, Controller, Get, Injectable } from '@nestjs/common';
import { EventEmitter2, OnEvent } from '@nestjs/event-emitter';
import { Interval } from '@nestjs/schedule';
import type { Response } from 'express';
import { Public, type SecurityEvent } from 'latchkey';

/** What happened, to be asked for by the tests. */
@Injectable()
export class Happened {
  readonly since: Record<string, number> = {};

  count(name: string): void {
    this.since[name] = (this.since[name] ?? 0) + 1;
  }
}

@Injectable()
export class Jobs {
  private started = false;

  constructor(private readonly happened: Happened) {}

  /** Counts a second run within one interval as another name. */
  @Interval('report', 200)
  report(): void {
    this.happened.count(this.started ? 'report twice at once' : 'report');
    this.started = true;
    setTimeout(() => (this.started = false), 50);
  }

  @OnEvent('order.placed')
  placed(): void {
    this.happened.count('order.placed');
  }

  @OnEvent('auth.loggedIn')
  loggedIn({ details }: SecurityEvent<'auth.loggedIn'>): void {
    this.happened.count(`log-in of ${details.userId}`);
  }
}

export class OutOfStock extends Error {}

@Catch(OutOfStock)
export class OutOfStockFilter {
  constructor(private readonly happened: Happened) {}

  catch(error: OutOfStock, host: ArgumentsHost): void {
    this.happened.count('out of stock');
    host.switchToHttp().getResponse<Response>().status(410).json({ gone: error.message });
  }
}

@Controller('happened')
export class HappenedController {
  constructor(
    private readonly happened: Happened,
    private readonly events: EventEmitter2,
  ) {}

  @Get()
  @Public()
  happenedSoFar(): Record<string, number> {
    return this.happened.since;
  }

  @Get('order')
  order(): void {
    this.events.emit('order.placed');
  }
}
