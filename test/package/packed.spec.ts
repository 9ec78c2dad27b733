import { execFileSync } from 'node:child_process';
import { join } from 'node:path';

const ROOT = join(__dirname, '../..');

describe('The package', () => {
  const [{ files }] = JSON.parse(
    execFileSync('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], { cwd: ROOT, encoding: 'utf8' }),
  ) as [{ files: { path: string }[] }];
  const paths = files.map(({ path }) => path);

  it('is the built application with its views, assets and pages, and no source or test', () => {
    const allowed = /^(dist|views|public|words|docs)\/|^(CHANGELOG|LICENSE|README)(\.md)?$|^package\.json$/;
    expect(paths.filter((path) => !allowed.test(path))).toEqual([]);
    expect(paths.filter((path) => path.startsWith('dist/app/') || path.startsWith('dist/main.'))).toEqual([]);
    expect(paths).toContain('views/layouts/main.hbs');
  });

  it('has no source map, which would point to a source that is not in it', () => {
    expect(paths.filter((path) => path.endsWith('.map'))).toEqual([]);
  });

  it('has only style sheets, scripts and images among its assets', () => {
    const assets = paths.filter((path) => path.startsWith('public/'));
    expect(assets.length).toBeGreaterThan(2);
    expect(assets.filter((path) => !/\.(css|js|svg)$/.test(path))).toEqual([]);
  });
});
