/**
 * Writes openapi.json, the description of the JSON API, from what `npm run build` made.
 * --check: compares instead, and fails when the file is out of date.
 */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { NestFactory } from '@nestjs/core';

const root = join(import.meta.dirname, '..');
const file = join(root, 'openapi.json');
const require = createRequire(import.meta.url);

if (!existsSync(join(root, 'dist/main.js'))) fail('dist/ is missing: run "npm run build" first.');
const { AppModule } = require('../dist/app/app.module.js');
const { openApiDocument } = require('../dist/http/api-docs/openapi-document.js');
const { loadSettings } = require('../dist/options/load-settings.js');

// Settings of its own, not the environment's. With a secret given and in preview, which makes no provider, nothing is
// connected to, written or left running.
const settings = loadSettings({ SESSION_SECRET: 'signs nothing: no request is answered' });
const app = await NestFactory.create(AppModule.forRoot(settings), { preview: true, logger: ['error'] });
const document = `${JSON.stringify(sorted(openApiDocument(app)), null, 2)}\n`;

if (!process.argv.includes('--check')) {
  writeFileSync(file, document);
  console.log('Wrote openapi.json');
} else if (!existsSync(file) || readFileSync(file, 'utf8') !== document) {
  fail('openapi.json does not say what the code does. Renew it with "npm run build && npm run openapi".');
} else {
  console.log('openapi.json is up to date');
}

/** Paths and components by name, so that the order of modules does not show. */
function sorted({ openapi, info, servers, tags, paths, components, ...rest }) {
  const byName = (object) =>
    Object.fromEntries(
      Object.keys(object)
        .sort()
        .map((key) => [key, object[key]]),
    );
  const groups = Object.entries(byName(components)).map(([name, group]) => [name, byName(group)]);
  return {
    openapi,
    info,
    servers,
    tags,
    paths: byName(paths),
    components: Object.fromEntries(groups),
    ...rest,
  };
}

function fail(message) {
  console.error(message);
  process.exit(1);
}
