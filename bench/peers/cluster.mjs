/** node cluster.mjs FILE: the file in WORKERS processes. One makes the tables before the next one starts. */
import cluster from 'node:cluster';
import { pathToFileURL } from 'node:url';

const workers = Number(process.env.WORKERS);
if (workers > 1 && cluster.isPrimary) {
  let left = workers;
  const grow = () => left-- > 0 && cluster.fork().once('listening', grow);
  grow();
  process.once('SIGTERM', () => {
    for (const worker of Object.values(cluster.workers)) worker.kill('SIGTERM');
    process.exit(0);
  });
} else await import(pathToFileURL(process.argv[2]));
