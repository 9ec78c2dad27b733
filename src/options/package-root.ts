import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';

/**
 * The folder of package.json, views/ and public/. Searches upwards, because this code runs from src/ and
 * dist/.
 */
export const PACKAGE_ROOT = rootOf(__dirname);

function rootOf(folder: string): string {
  return existsSync(join(folder, 'package.json')) ? folder : rootOf(dirname(folder));
}
