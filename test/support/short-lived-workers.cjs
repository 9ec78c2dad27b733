/* Preloaded into an application of two workers: those that are to replace them end at their start. */
const cluster = require('node:cluster');

if (cluster.isWorker && cluster.worker.id > 2) process.exit(3);
