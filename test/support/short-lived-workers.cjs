/* Preloaded into an application of two workers: their replacements exit at once. */
const cluster = require('node:cluster');

if (cluster.isWorker && cluster.worker.id > 2) process.exit(3);
