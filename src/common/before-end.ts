import type { Response } from 'express';

type Task = () => void | Promise<void>;

interface Held {
  tasks: Task[];
  letGo: () => void;
}

const pending = new WeakMap<Response, Held>();

/**
 * Holds the answer back, when it is complete and before its first byte leaves, until all tasks given to `beforeEnd` are
 * done, in the order they came: what the answer promises is durable first. If one fails, nothing of the answer is sent
 * and `onFailure` is called with the error, to answer instead.
 *
 * express-session alone saves after the head of the answer has left, so that the next request of a redirect can arrive
 * before its session is stored.
 */
export function holdBack(response: Response, onFailure: (error: unknown) => void): void {
  const tasks: Task[] = [];
  const end = response.end.bind(response) as (...parts: unknown[]) => Response;
  const letGo = () => {
    pending.delete(response);
    response.end = end as Response['end'];
  };

  pending.set(response, { tasks, letGo });
  response.end = ((...parts: unknown[]) => {
    response.end = () => response; // whoever ends the answer twice must not overtake the tasks
    runAll(tasks).then(
      () => {
        letGo();
        end(...parts);
      },
      (error: unknown) => {
        letGo();
        for (const name of ['Location', 'ETag', 'Content-Length', 'Content-Type'])
          response.removeHeader(name);
        onFailure(error);
      },
    );
    return response;
  }) as Response['end'];
}

/** Adds a task to an answer that is held back. */
export function beforeEnd(response: Response, task: Task): void {
  pending.get(response)?.tasks.push(task);
}

/**
 * Does the tasks now and holds nothing back any more: for an answer that is sent piece by piece and perhaps never ends.
 * If a task fails, so does this, and nothing has been sent.
 */
export async function release(response: Response): Promise<void> {
  const held = pending.get(response);
  if (!held) return;
  try {
    await runAll(held.tasks);
  } finally {
    held.letGo();
  }
}

async function runAll(tasks: Task[]): Promise<void> {
  for (const task of tasks) await task();
}
