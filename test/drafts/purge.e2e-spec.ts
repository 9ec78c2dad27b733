import { ExpiredDrafts } from '../../src/flash/drafts/form-drafts';
import { TestApp } from '../support/app';
import { countDrafts, endSessions, logInByPage } from '../support/drafts';
import { submit } from '../support/page';
import { statements } from '../support/probes';

const MINUTE = 60_000;

describe('The purge of drafts', () => {
  it('deletes expired drafts in batches, and no others', async () => {
    const app = await TestApp.start();
    for (let index = 0; index < 703; index += 1) {
      const at = app.clock.now() + 10 * MINUTE;
      await app.dataSource.query(
        `INSERT INTO kept_forms VALUES ('token${index}', 'session${index}', 1, 'sealed', ${at})`,
      );
    }
    app.clock.advance(10 * MINUTE);
    const { id, agent } = await app.user('ada');
    await endSessions(app, id, 'revoked');
    await submit(agent, `/users/${id}/messages`, { content: 'young' }).expect(303);
    const seen = statements(app);
    await app.app.get(ExpiredDrafts, { strict: false }).purge();
    expect(await countDrafts(app)).toBe(1);
    expect(seen.filter((sql) => /^DELETE FROM "kept_forms"/i.test(sql))).toHaveLength(2);
    expect(await logInByPage(agent, 'ada')).toBe('/account/kept-form');
    await app.close();
  });
});
