import cluster from 'node:cluster';
import { ApplicationLogger } from '../options/application-logger';
import { installCrashHandlers } from '../options/crash-handlers';
import { loadSettings, SettingsError } from '../options/load-settings';
import { isolateLogStreams } from '../options/log-streams';
import { Workers } from './workers';

async function start(): Promise<void> {
  const settings = loadSettings();
  const logger = new ApplicationLogger(settings);
  const tellAddress = (): void => {
    logger.log(`API documentation: ${settings.baseUrl}/api/docs`);
    logger.log(`Latchkey listens. Open ${settings.baseUrl}`);
  };
  // Workers would repeat the warnings.
  const warnings = settings.warnings.splice(0);
  if (cluster.isPrimary) for (const warning of warnings) logger.warn(warning);

  if (cluster.isPrimary && settings.workers > 1) {
    const workers = new Workers(settings.workers, logger, tellAddress);
    installCrashHandlers(logger, () => workers.stop());
    if (settings.metricsPort !== undefined) {
      const { serveWorkerMetrics } = await import('../events/metrics/worker-metrics.js');
      await serveWorkerMetrics(settings);
    }
    workers.start();
    return;
  }
  const { serve } = await import('./serve.js'); // lazy: the primary process of workers does not need this code
  await serve(settings, logger);
  if (cluster.isPrimary) tellAddress();
}

isolateLogStreams(process.stdout, process.stderr);
start().catch((error: unknown) => {
  console.error(error instanceof SettingsError ? error.message : error);
  process.exit(1); // open databases and timers would keep the process alive
});
