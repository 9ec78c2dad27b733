import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';

type Task = () => Promise<void>;

/**
 * Runs Latchkey's own recurring jobs. It does not use @nestjs/schedule: its `forRoot()` runs every job of the
 * application, and those of an application that calls it too would run twice.
 */
@Injectable()
export class RecurringJobs implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger(RecurringJobs.name);
  private readonly jobs: { milliseconds: number; task: Task }[] = [];
  private timers: NodeJS.Timeout[] = [];

  /** Call it in a constructor: the timers start with the application. A task never overlaps with itself. */
  every(milliseconds: number, task: Task): void {
    this.jobs.push({ milliseconds, task: this.oneAtATime(task) });
  }

  onApplicationBootstrap(): void {
    this.timers = this.jobs.map(({ milliseconds, task }) =>
      setInterval(() => void task(), milliseconds).unref(),
    );
  }

  onModuleDestroy(): void {
    for (const timer of this.timers) clearInterval(timer);
  }

  private oneAtATime(task: Task): Task {
    let isRunning = false;
    return async () => {
      if (isRunning) return;
      isRunning = true;
      try {
        await task();
      } catch (error) {
        this.logger.error(`A recurring job failed; the next round tries again: ${String(error)}`);
      } finally {
        isRunning = false;
      }
    };
  }
}
