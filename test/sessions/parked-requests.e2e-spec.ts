import { setTimeout as delay } from 'node:timers/promises';
import { PASSWORD, TestApp } from '../support/app';
import { Mailbox } from '../support/mailbox';
import { fieldValue, submit } from '../support/page';
import { closedChanges, ENDINGS, faultOf, flashOf, park, stored, victim } from '../support/parked';
import { statements } from '../support/probes';
import type { Route } from '../support/routes';
import { Wire } from '../support/wire';

/** A body may take this long under the default REQUEST_TIMEOUT; the nightly version waits for four minutes. */
const LONG_MS = 3_000;
const SHORT_MS = 200;

describe('A request whose last byte arrives after its session ended', () => {
  let app: TestApp;
  let second: TestApp;
  let closed: Route[];

  beforeAll(async () => {
    app = await TestApp.start();
    second = await app.another();
    closed = await closedChanges(app);
  });
  afterAll(() => app.close());

  it('is tested on every protected route that changes data', () => {
    expect(closed.length).toBeGreaterThan(24);
  });

  describe.each(Object.entries(ENDINGS))('by %s', (name, { reason, text, act }) => {
    it("has no effect and is answered as a guest's, with the reason, on every route", async () => {
      const target = await victim(second, `parked-${reason}`);
      const parked = await park(app, target, closed);
      await delay(name === 'a log-out' ? LONG_MS : SHORT_MS);
      await act(second, target);
      await new Mailbox(app).all(); // the mails that the end itself sends
      const before = await stored(app);

      const faults: unknown[] = [];
      const told: string[] = [];
      for (const { route, isApi, wire, finish } of parked) {
        const answer = await finish();
        const fault = faultOf(answer, isApi, reason);
        if (fault) faults.push([route, fault]);
        if ((await stored(app)) !== before) faults.push([route, 'has changed something']);
        told.push(flashOf(answer));
        wire.close();
      }
      expect(faults).toEqual([]);
      if (text) expect(told.filter((flashes) => flashes.includes(text))).toHaveLength(1);
    });
  });

  it('saves its form as a draft for the next log-in', async () => {
    const { id, username, cookie, agent, publicId } = await victim(app, 'parked-draft');
    const wire = await Wire.open(app.port);
    const path = `/users/${id}/messages`;
    const headers = { Origin: app.baseUrl, Accept: 'text/html' };
    const form = { content: 'Two pages about herons' };
    const { finish } = wire.park({ method: 'POST', path, cookie, headers, form });
    await delay(SHORT_MS);
    await agent.delete(`/api/v1/auth/sessions/${publicId}`).expect(204);
    const refused = await finish();
    wire.close();

    const browser = app.agent();
    const draft = refused.cookie('form')!;
    const back = await submit(browser, '/users/login', { username, password: PASSWORD }).set('Cookie', draft);
    const kept = await browser.get(back.headers.location).set('Cookie', draft).expect(200);
    expect(fieldValue(kept, 'content')).toBe('Two pages about herons');
  });

  it('costs no extra statement if its body arrives with the head or is empty', async () => {
    const third = await app.another({ SESSION_CACHE: '0' });
    const { cookie } = await victim(third, 'parked-cost');
    const wire = await Wire.open(third.port);
    const seen = statements(third);
    const asked = () => seen.splice(0).filter((sql) => / FROM sessions AS session /.test(sql)).length;
    const headers = { Origin: third.baseUrl };
    const json = { password: 'a heron stands in the rain' };
    const request = { method: 'POST', path: '/api/v1/auth/password-strength', cookie, headers, json };
    await wire.ask(request);
    expect(asked()).toBe(1);
    await wire.ask({ ...request, json: undefined });
    expect(asked()).toBe(1);
    const { finish } = wire.park(request);
    await delay(SHORT_MS);
    await finish();
    expect(asked()).toBe(2);
    wire.close();
  });
});
