import type { Response } from 'express';

type Task = () => void | Promise<void>;

/**
 * Tasks in a chain. V8 takes arrays that live through a request for long-lived ones and makes the next at once where it
 * seldom collects, and all that they hold, which is the whole request, stays there with them.
 */
class Waiting {
  next: Waiting | undefined;

  constructor(readonly task: Task) {}
}

class Held {
  first: Waiting | undefined;
  private last: Waiting | undefined;

  constructor(readonly letGo: () => void) {}

  add(task: Task): void {
    const waiting = new Waiting(task);
    if (this.last) this.last.next = waiting;
    else this.first = waiting;
    this.last = waiting;
  }
}

/** On the answer itself: a WeakMap would keep all answers from the garbage collector for long. */
const HELD = Symbol('what waits for the end of an answer');

type Holding = Response & { [HELD]?: Held };

/**
 * Holds the answer back, when it is complete and before its first byte leaves, until all tasks given to `beforeEnd` are
 * done, in the order they came: what the answer promises is durable first. If one fails, nothing of the answer is sent
 * and `onFailure` is called with the error, to answer instead.
 *
 * express-session alone saves after the head of the answer has left, so that the next request of a redirect can arrive
 * before its session is stored.
 */
export function deferEnd(response: Holding, onFailure: (error: unknown) => void): void {
  const end = response.end.bind(response) as (...parts: unknown[]) => Response;
  const letGo = () => {
    response[HELD] = undefined;
    response.end = end as Response['end'];
  };

  const held = new Held(letGo);
  response[HELD] = held;
  response.end = ((...parts: unknown[]) => {
    response.end = () => response; // whoever ends the answer twice must not overtake the tasks
    const send = () => {
      letGo();
      end(...parts);
    };
    const running = runAll(held.first);
    if (!running) send();
    else
      running.then(send, (error: unknown) => {
        letGo();
        for (const name of ['Location', 'ETag', 'Content-Length', 'Content-Type'])
          response.removeHeader(name);
        onFailure(error);
      });
    return response;
  }) as Response['end'];
}

/** Adds a task to an answer that is held back. */
export function onBeforeEnd(response: Holding, task: Task): void {
  response[HELD]?.add(task);
}

/**
 * Does the tasks now and holds nothing back any more: for an answer that is sent piece by piece and perhaps never ends.
 * If a task fails, so does this, and nothing has been sent.
 */
export async function flush(response: Holding): Promise<void> {
  const held = response[HELD];
  if (!held) return;
  try {
    await runAll(held.first);
  } finally {
    held.letGo();
  }
}

/** @returns undefined when all are done at once, as they are for a page that changes nothing. */
function runAll(first: Waiting | undefined): Promise<void> | undefined {
  for (let waiting = first; waiting; waiting = waiting.next) {
    const running = begun(waiting.task);
    if (running) return running.then(() => runAll(waiting.next));
  }
  return undefined;
}

function begun(task: Task): void | Promise<void> {
  try {
    return task();
  } catch (error) {
    return Promise.reject(error instanceof Error ? error : new Error(String(error)));
  }
}
