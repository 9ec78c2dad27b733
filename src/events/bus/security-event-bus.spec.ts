import { Logger, Module } from '@nestjs/common';
import { EventEmitter2, EventEmitterModule } from '@nestjs/event-emitter';
import { Test } from '@nestjs/testing';
import { SystemClock } from '../../options/clock';
import { loadSettings } from '../../options/load-settings';
import { SettingsModule } from '../../options/settings.module';
import { SecurityEventBus } from './security-event-bus';
import { SecurityEventsModule } from './security-events.module';

const settings = loadSettings({ SESSION_SECRET: 'only for this test' });

describe('The bus of security events', () => {
  let bus: SecurityEventBus;
  let heard: string[];
  let logged: jest.SpyInstance;

  beforeEach(() => {
    bus = new SecurityEventBus(new SystemClock());
    heard = [];
    logged = jest.spyOn(Logger.prototype, 'error').mockReturnValue();
  });
  afterEach(() => jest.restoreAllMocks());

  it('tells a listener of one event that alone, and a listener of any all of them', () => {
    bus.on('user.enabled', ({ details }) => void heard.push(`enabled ${details.userId}`));
    bus.onAny(({ name }) => void heard.push(name));
    bus.publish('user.enabled', { userId: 1 });
    bus.publish('user.disabled', { userId: 2 });
    expect(heard).toEqual(['enabled 1', 'user.enabled', 'user.disabled']);
  });

  it.each([
    ['throws', () => fail()],
    ['rejects', () => Promise.reject(new Error('a listener that fails'))],
  ])('logs a listener that %s, and tells the others', async (_, listener) => {
    bus.on('user.enabled', listener);
    bus.onAny(({ name }) => void heard.push(name));
    bus.publish('user.enabled', { userId: 1 });
    await Promise.resolve();
    expect(heard).toEqual(['user.enabled']);
    expect(logged).toHaveBeenCalledWith(expect.stringContaining('user.enabled'), expect.any(String));
  });

  describe("with an application's emitter", () => {
    async function started(...options: Parameters<typeof EventEmitterModule.forRoot>) {
      @Module({ imports: [EventEmitterModule.forRoot(...options)] })
      class Application {}

      const imports = [SettingsModule.forRoot(settings), SecurityEventsModule, Application];
      const module = await Test.createTestingModule({ imports }).compile();
      bus = module.get(SecurityEventBus);
      return module.get(EventEmitter2, { strict: false });
    }

    it('emits there too, after its own listeners, which an application can therefore not mislead', async () => {
      const emitter = await started();
      emitter.on('user.enabled', (event: { details: { userId: number } }) => {
        heard.push(`theirs ${event.details.userId}`);
        event.details.userId = 666;
      });
      bus.onAny((event) => void heard.push(`ours ${(event.details as { userId: number }).userId}`));
      bus.publish('user.enabled', { userId: 1 });
      expect(heard).toEqual(['ours 1', 'theirs 1']);
    });

    it('serves wildcards if the emitter does', async () => {
      const emitter = await started({ wildcard: true });
      emitter.on('user.*', ({ name }: { name: string }) => heard.push(`user.*: ${name}`));
      emitter.on('**', ({ name }: { name: string }) => heard.push(`**: ${name}`));
      bus.publish('user.enabled', { userId: 1 });
      bus.publish('password.reset', { userId: 1 });
      expect(heard.sort()).toEqual(['**: password.reset', '**: user.enabled', 'user.*: user.enabled']);
    });

    it.each([
      ['throws', () => fail()],
      ['rejects', () => Promise.reject(new Error('a listener that fails'))],
    ])('logs a listener there that %s', async (_, listener: () => unknown) => {
      (await started()).on('user.enabled', listener);
      bus.publish('user.enabled', { userId: 1 });
      await new Promise(setImmediate);
      expect(logged).toHaveBeenCalledWith(expect.stringContaining('user.enabled'), expect.any(String));
    });
  });

  it('works where @nestjs/event-emitter is not installed', async () => {
    await jest.isolateModulesAsync(async () => {
      jest.doMock('@nestjs/event-emitter', () => {
        throw Object.assign(new Error('Cannot find module'), { code: 'MODULE_NOT_FOUND' });
      });
      // Loads them anew: the bus looks for the package when it is loaded.
      const nest = require('@nestjs/testing') as typeof import('@nestjs/testing');
      const events = require('./security-events.module') as typeof import('./security-events.module');
      const own = require('./security-event-bus') as typeof import('./security-event-bus');
      const options =
        require('../../options/settings.module') as typeof import('../../options/settings.module');

      const imports = [options.SettingsModule.forRoot(settings), events.SecurityEventsModule];
      const module = await nest.Test.createTestingModule({ imports }).compile();
      const isolated = module.get(own.SecurityEventBus);
      isolated.onAny(({ name }) => void heard.push(name));
      isolated.publish('user.enabled', { userId: 1 });
      expect(heard).toEqual(['user.enabled']);
    });
  });
});

function fail(): never {
  throw new Error('a listener that fails');
}
