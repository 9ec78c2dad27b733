import module from 'node:module';
import { join } from 'node:path';

/* Imported before everything else: what is loaded from here on is compiled once for all starts. */

/** Beside the compiled code. Whoever can put something there can change the code itself, which is not so in /tmp. */
const FOLDER = join(__dirname, '../.compile-cache');

/** Node has it from 22.1. A folder that cannot be written is no reason not to start. */
const { enableCompileCache } = module as { enableCompileCache?: (folder: string) => unknown };
enableCompileCache?.(FOLDER);
