import cluster from 'node:cluster';
import type { Server } from 'node:http';
import { Injectable, type OnApplicationBootstrap, type OnApplicationShutdown } from '@nestjs/common';
import { AggregatorRegistry, collectDefaultMetrics, Registry } from 'prom-client';
import { Settings } from '../../options/settings';
import { serveMetrics } from './metrics-server';

/** Exposes the metrics over HTTP, or in a worker through the primary process. */
@Injectable()
export class ExposedMetrics implements OnApplicationBootstrap, OnApplicationShutdown {
  private server?: Server;

  constructor(
    private readonly settings: Settings,
    private readonly registry: Registry,
  ) {}

  async onApplicationBootstrap(): Promise<void> {
    const { settings, registry } = this;
    if (settings.metricsPort === undefined) return;
    collectDefaultMetrics({ register: registry });
    if (cluster.isWorker) answerProcessAbove(registry);
    else
      this.server = await serveMetrics(settings, {
        contentType: registry.contentType,
        text: () => registry.metrics(),
      });
  }

  onApplicationShutdown(): void {
    this.server?.close();
    this.server?.closeAllConnections();
    this.registry.clear();
  }
}

function answerProcessAbove(registry: Registry): void {
  AggregatorRegistry.setRegistries([registry]);
  new AggregatorRegistry(); // listens
}
