import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { node, ROOT } from '../support/build';
import { Consumer, DRIVERS } from '../support/consumer';

const KIT = ['@nestjs/testing', 'supertest', '@types/supertest'];

describe('An application with a suite of its own, by latchkey/testing', () => {
  let consumer: Consumer;

  beforeAll(async () => {
    consumer = await Consumer.installed('tested', { drivers: [...DRIVERS, ...KIT] });
  }, 180_000);
  afterAll(() => consumer.remove());

  it('passes it with Jest', async () => {
    const jest = join(ROOT, 'node_modules/jest/bin/jest.js');
    const config = JSON.stringify({ rootDir: join(consumer.folder, 'dist'), testRegex: 'spec\\.js$' });
    await node([jest, '--config', config, '--forceExit'], consumer.folder).catch((error: unknown) => {
      throw new Error((error as { stderr: string }).stderr);
    });
  }, 120_000);

  it('loads the contracts without @nestjs/testing, and the kit asks for it', async () => {
    await rm(join(consumer.folder, 'node_modules/@nestjs/testing'));
    const started = await consumer.run('without-peers');
    await started.ended;
    expect(started.output).toContain('true');
    expect(started.output).toContain(
      'createLatchkeyTestApp() needs the package @nestjs/testing: npm install @nestjs/testing',
    );
  });
});
