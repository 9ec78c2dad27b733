import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { handlebarsEngine } from '../../src/http/responses/view-engine';
import { TestApp } from '../support/app';
import { submit } from '../support/page';

const VIEWS = join(__dirname, '../../views');
const BROKEN = '{{#if title}}{{title}}';

describe('A view that cannot be rendered', () => {
  let app: TestApp;
  let folder: string;

  beforeEach(async () => {
    app = await TestApp.start();
    folder = mkdtempSync(join(tmpdir(), 'latchkey-views-'));
  });
  afterEach(async () => {
    rmSync(folder, { recursive: true });
    await app.close();
  });

  /** Takes the place of a file of ours. */
  function breakView(path: string): void {
    mkdirSync(join(folder, path, '..'), { recursive: true });
    writeFileSync(join(folder, path), BROKEN);
    app.app.engine('hbs', handlebarsEngine([folder, VIEWS], false));
    app.app.setBaseViewsDir([folder, VIEWS]);
  }

  it('gets the error page', async () => {
    breakView('users/login.hbs');
    const page = await app
      .agent()
      .get('/users/login')
      .expect(500)
      .expect('Content-Type', /^text\/html/);
    expect(page.text).toContain('Something went wrong on our side.');
    expect(page.text).toContain('<footer>');
  });

  it.each(['layouts/main.hbs', 'errors/error.hbs', 'partials/flashes.hbs'])(
    'gets a plain text with the request ID and no stack if the error page needs it: %s',
    async (path) => {
      breakView(path);
      const agent = app.agent();
      const answers = [await agent.get('/nowhere').expect(404)];
      if (path !== 'errors/error.hbs') {
        answers.push(await agent.get('/users/login').expect(500));
        answers.push(await submit(agent, '/users/login', { username: 'ada', password: 'no' }).expect(500));
      }
      for (const { text, headers } of answers) {
        expect(headers['content-type']).toBe('text/plain; charset=utf-8');
        expect(headers['content-security-policy']).toBeDefined();
        expect(text).toMatch(/^(Not Found|Internal Server Error)\n\n.*\nRequest ID: [\w-]+\n$/);
      }
    },
  );
});
