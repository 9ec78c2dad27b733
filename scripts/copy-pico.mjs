/** Copies the one file of Pico that pages use to the assets: the package's other 19 MB are no dependency of Latchkey's users. */
import { copyFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

const { resolve } = createRequire(import.meta.url);
copyFileSync(resolve('@picocss/pico/css/pico.min.css'), join(import.meta.dirname, '../public/pico.min.css'));
