import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const read = (name: string): unknown => JSON.parse(readFileSync(join(__dirname, '../..', name), 'utf8'));
const { packages } = read('package-lock.json') as {
  packages: Record<string, { resolved?: string; integrity?: string; link?: boolean }>;
};
const manifest = read('package.json') as Record<string, Record<string, string>>;

/** As a registry hands packages out; no repository, no folder, no file from anywhere. */
const PUBLISHED = /^https:\/\/[^/]+\/(@[\w.-]+\/)?[\w.-]+\/-\/[\w.-]+\.tgz$/;

describe('What is installed', () => {
  it('is named with the hash of its contents, and comes from the public registry alone', () => {
    const installed = Object.entries(packages).filter(([path]) => path !== '');
    expect(installed.length).toBeGreaterThan(100);
    const unsafe = installed.filter(
      ([, { resolved, integrity, link }]) =>
        link === true ||
        integrity?.startsWith('sha512-') !== true ||
        (resolved !== undefined && !PUBLISHED.test(resolved)),
    );
    expect(unsafe.map(([path]) => path)).toEqual([]);
  });

  it('is an exact version, where the project names it', () => {
    const named = Object.entries({ ...manifest.dependencies, ...manifest.devDependencies });
    expect(named.filter(([, version]) => !/^\d+\.\d+\.\d+$/.test(version))).toEqual([]);
  });
});
