import { once } from 'node:events';
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Response } from 'express';
import { onBeforeEnd, deferEnd, flush } from './defer-end';

/** The response of a server with this handler. */
async function answerOf(handle: (response: Response) => Promise<void>): Promise<globalThis.Response> {
  const server = createServer((_, response: ServerResponse) => void handle(response as Response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  try {
    return await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  } finally {
    server.close();
  }
}

describe('An answer that is sent piece by piece', () => {
  it('has its tasks done before its first byte, and none at its end', async () => {
    let done = 0;
    const answer = await answerOf(async (response) => {
      deferEnd(response, () => undefined);
      onBeforeEnd(response, () => {
        done += 1;
        response.setHeader('X-Cookie', 'renewed');
      });
      await flush(response);
      response.write('first, ');
      response.end('last');
    });
    expect(answer.headers.get('x-cookie')).toBe('renewed');
    expect(await answer.text()).toBe('first, last');
    expect(done).toBe(1);
  });

  it('can still be another one when a task fails', async () => {
    const answer = await answerOf(async (response) => {
      deferEnd(response, () => undefined);
      onBeforeEnd(response, () => {
        throw new Error('disk full');
      });
      await flush(response).catch(() => {
        response.statusCode = 503;
        response.end();
      });
    });
    expect(answer.status).toBe(503);
  });
});

describe('An answer that is sent whole', () => {
  const fails = (): never => {
    throw new Error('disk full');
  };
  const failsLater = () => Promise.reject(new Error('disk full'));

  it('waits for its tasks, which run one after the other in the order they came', async () => {
    const done: string[] = [];
    const answer = await answerOf(async (response) => {
      deferEnd(response, () => undefined);
      onBeforeEnd(response, () => void done.push('at once'));
      onBeforeEnd(response, async () => {
        await Promise.resolve();
        done.push('later');
        onBeforeEnd(response, () => void done.push('of a task'));
      });
      onBeforeEnd(response, () => void done.push('last'));
      response.end('answer');
    });
    expect(await answer.text()).toBe('answer');
    expect(done).toEqual(['at once', 'later', 'last', 'of a task']);
  });

  it.each([
    ['at once', fails],
    ['later', failsLater],
  ])('is another one when a task fails %s, without the headers of the first', async (_, failing) => {
    const answer = await answerOf(async (response) => {
      deferEnd(response, (error) => {
        response.statusCode = 503;
        response.end(String(error));
      });
      onBeforeEnd(response, failing);
      response.setHeader('Location', '/elsewhere');
      response.end('answer');
    });
    expect(answer.status).toBe(503);
    expect(answer.headers.get('location')).toBeNull();
    expect(await answer.text()).toBe('Error: disk full');
  });
});
