import { TestApp } from '../support/app';
import { postAfterSilence } from '../support/idle-connections';

const CONNECTIONS = 100;

describe('Behind an nginx that keeps its connections', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ TRUST_PROXY: '1' });
  });
  afterAll(() => app.close());

  // 500 after 4 to 8 s each: test/nightly.
  it('no POST fails after six seconds of silence, and no connection was closed in it', async () => {
    const { statuses, opened, closed } = await postAfterSilence(app, CONNECTIONS, () => 6_000);
    expect(statuses).toEqual(Array<number>(CONNECTIONS).fill(204));
    expect(opened).toBeGreaterThan(10); // as many as were needed at once
    expect(closed).toBe(0);
  });
});
