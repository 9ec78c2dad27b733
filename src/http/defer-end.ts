import type { ServerResponse } from 'node:http';
import type { ResponseContext } from './request-context';

type Task = () => void | Promise<void>;

/** Linked list: V8 would pretenure an array here and keep the request alive until a major GC. */
class TaskNode {
  next: TaskNode | undefined;

  constructor(readonly task: Task) {}
}

class TaskList {
  first: TaskNode | undefined;
  private last: TaskNode | undefined;

  constructor(readonly release: () => void) {}

  add(task: Task): void {
    const node = new TaskNode(task);
    if (this.last) this.last.next = node;
    else this.first = node;
    this.last = node;
  }
}

/** On the response itself: a WeakMap would delay the garbage collection of all responses. */
const TASKS = Symbol('tasks before the end of a response');

interface Deferred {
  [TASKS]?: TaskList;
}
type DeferredResponse = ServerResponse & Deferred;

/**
 * Runs all tasks of `onBeforeEnd` in order when a response is complete but not yet sent, so that what it
 * promises is durable first. If a task fails, nothing of the response is sent, and `onFailure` must send
 * another one.
 *
 * By itself, express-session saves after it has sent the headers, so the next request after a redirect can
 * arrive before the session is stored.
 */
export function deferEnd(response: DeferredResponse, onFailure: (error: unknown) => void): void {
  const end = response.end.bind(response) as (...parts: unknown[]) => ServerResponse;
  const release = () => {
    response[TASKS] = undefined;
    response.end = end as ServerResponse['end'];
  };

  const tasks = new TaskList(release);
  response[TASKS] = tasks;
  response.end = ((...parts: unknown[]) => {
    response.end = () => response; // a handler that ends the response twice must not overtake the tasks
    const send = () => {
      release();
      end(...parts);
    };
    const running = runAll(tasks.first);
    if (!running) send();
    else
      running.then(send, (error: unknown) => {
        release();
        for (const name of ['Location', 'ETag', 'Content-Length', 'Content-Type'])
          response.removeHeader(name);
        onFailure(error);
      });
    return response;
  }) as ServerResponse['end'];
}

/** Adds a task to run before the response is sent. */
export function onBeforeEnd(response: ResponseContext & Deferred, task: Task): void {
  response[TASKS]?.add(task);
}

/**
 * Runs the tasks now and then stops holding the response back: for streams, which may never end. Rejects if a
 * task fails; nothing has been sent then.
 */
export async function flush(response: DeferredResponse): Promise<void> {
  const tasks = response[TASKS];
  if (!tasks) return;
  try {
    await runAll(tasks.first);
  } finally {
    tasks.release();
  }
}

/** @returns undefined if all tasks are synchronous, as for a page that changes nothing. */
function runAll(first: TaskNode | undefined): Promise<void> | undefined {
  for (let node = first; node; node = node.next) {
    const running = start(node.task);
    if (running) return running.then(() => runAll(node.next));
  }
  return undefined;
}

function start(task: Task): void | Promise<void> {
  try {
    return task();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}
