// Needs nginx (Debian's package of this name). Half a minute.
import { randomInt } from 'node:crypto';
import { TestApp } from '../support/app';
import { postAfterSilence } from '../support/idle-connections';

const CONNECTIONS = 500;

const LONGEST_MS = 1_200_000;

describe('Behind an nginx that keeps its connections', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await TestApp.start({ TRUST_PROXY: '1' });
  });
  afterAll(() => app.close());

  it(
    'none of 500 POSTs fails that come after four to eight seconds of silence',
    async () => {
      const { statuses } = await postAfterSilence(app, CONNECTIONS, () => randomInt(4_000, 8_000));
      expect(statuses).toEqual(Array<number>(CONNECTIONS).fill(204));
    },
    LONGEST_MS,
  );
});
