/* Preloaded into an application that is to start within a moment: loads its code, and waits for a word. */
const { readSync } = require('node:fs');
const { dirname, join } = require('node:path');

for (const part of ['app.module.js', 'configure-app.js']) require(join(dirname(process.argv[1]), part));
const STANDARD_INPUT = 0;
if (readSync(STANDARD_INPUT, Buffer.alloc(1)) === 0) process.exit(); // whoever might have said it is gone
