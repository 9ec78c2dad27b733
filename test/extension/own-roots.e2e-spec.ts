import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Module } from '@nestjs/common';
import { ConfigModule, ConfigService } from '@nestjs/config';
import { EventEmitter2, EventEmitterModule, OnEvent } from '@nestjs/event-emitter';
import { Interval, SchedulerRegistry, ScheduleModule, Timeout } from '@nestjs/schedule';
import type { SecurityEvent } from '../../src/index';
import { applicationWith, TestApp } from '../support/app';

@Injectable()
class Company {
  readonly calls: string[] = [];

  constructor(
    readonly config: ConfigService,
    readonly emitter: EventEmitter2,
  ) {}

  @Timeout(10)
  start(): void {
    this.calls.push('start');
  }

  @Interval('reminders', 3_600_000)
  remind(): void {
    this.calls.push('remind');
  }

  @OnEvent('invoice.sent')
  invoiceSent(): void {
    this.calls.push('invoice.sent');
  }

  @OnEvent('auth.loggedIn')
  loggedIn({ details }: SecurityEvent<'auth.loggedIn'>): void {
    this.calls.push(`user ${details.userId} logged in`);
  }
}

@Module({
  imports: [
    ConfigModule.forRoot({
      isGlobal: true,
      ignoreEnvFile: true,
      ignoreEnvVars: true,
      load: [() => ({ company: { name: 'Acme' }, latchkey: 'our own value' })],
    }),
    EventEmitterModule.forRoot(),
    ScheduleModule.forRoot(),
  ],
})
class RootsModule {}

/** Gets what the roots provide as any feature of an application does: they are global. */
@Module({ providers: [Company] })
class CompanyModule {}

describe('In an application with its own schedule, event emitter and configuration', () => {
  let app: TestApp;
  let company: Company;

  beforeEach(async () => {
    app = await TestApp.start({}, [], applicationWith(RootsModule, CompanyModule));
    company = app.app.get(Company, { strict: false });
  });
  afterEach(() => app.close());

  it('each of its jobs runs once', async () => {
    await delay(100);
    expect(company.calls).toEqual(['start']);
    const registry = app.app.get(SchedulerRegistry, { strict: false });
    expect(registry.getIntervals()).toEqual(['reminders']);
  });

  it('each of its listeners hears an event once, its own events and ours', async () => {
    company.calls.length = 0;
    company.emitter.emit('invoice.sent', { invoice: 7 });
    const { id } = await app.user('ada');
    expect(company.calls.filter((call) => call !== 'start')).toEqual([
      'invoice.sent',
      `user ${id} logged in`,
    ]);
  });

  it.each([
    ['throws', () => fail()],
    ['rejects', () => Promise.reject(new Error('A listener that fails'))],
  ])(
    'a listener that %s does not fail the request that published the event',
    async (_, listener: () => unknown) => {
      company.emitter.on('auth.loggedIn', listener);
      const { id } = await app.user('ada');
      expect(company.calls).toContain(`user ${id} logged in`);
    },
  );

  it('its configuration holds what it loaded, and nothing else', () => {
    expect(company.config.get('company.name')).toBe('Acme');
    expect(company.config.get('latchkey')).toBe('our own value');
  });
});

function fail(): never {
  throw new Error('A listener that fails');
}
