import { type Counted, type Reservation, ThrottleStore } from '../../src/index';
import { throttleStoreContract, type ThrottleStoreUnderContract } from '../../src/testing';
import { ThrottleCounters } from '../../src/throttling/throttle-counters';
import { TestApp } from '../support/app';

describe('The contract of a throttle store', () => {
  describe('kept by the counters in the database', () => {
    let app: TestApp;
    let given: ThrottleStoreUnderContract;

    beforeEach(async () => {
      app = await TestApp.start();
      const second = await app.another();
      for (const { clock } of [app, second]) clock.freeze();
      const storeOf = (instance: TestApp) => instance.app.get(ThrottleCounters, { strict: false });
      given = {
        store: storeOf(app),
        other: storeOf(second),
        advance: (milliseconds) => [app, second].forEach(({ clock }) => clock.advance(milliseconds)),
      };
    });
    afterEach(() => app.close());

    it.each(throttleStoreContract)('$name', ({ check }) => check(given));
  });

  describe('broken', () => {
    /** Counts nothing: every guess is free. */
    class Forgetful extends ThrottleStore {
      reserve = (counted: Counted[]): Promise<Reservation> =>
        Promise.resolve({ failures: counted.map(() => 1) });
      isBlockedFor = () => Promise.resolve(0);
      uncount = () => Promise.resolve();
      clear = () => Promise.resolve();
    }

    it('is noticed', async () => {
      const store = new Forgetful();
      const results = await Promise.allSettled(
        throttleStoreContract.map(({ check }) => check({ store, other: store, advance: () => undefined })),
      );
      expect(results.filter(({ status }) => status === 'rejected').length).toBeGreaterThan(4);
    });
  });
});
