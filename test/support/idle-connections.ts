import type { Socket } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import type { TestApp } from './app';
import { Nginx } from './nginx';
import { Wire } from './wire';

export interface AfterSilence {
  /** The statuses of the POSTs after the idle time. */
  statuses: number[];
  /** How many connections nginx had to the application before, and how many of them were closed in the end. */
  opened: number;
  closed: number;
}

/**
 * Makes nginx open many connections to the application, leaves them idle, and then sends a POST over each.
 * @param silence in milliseconds, for each connection by its number.
 */
export async function postAfterSilence(
  app: TestApp,
  connections: number,
  silence: (index: number) => number,
): Promise<AfterSilence> {
  let opened = 0;
  let closed = 0;
  app.server.on('connection', (socket: Socket) => {
    opened += 1;
    socket.once('close', () => (closed += 1));
  });
  const nginx = await Nginx.before(app.port, connections);
  try {
    const wires = await Promise.all(Array.from({ length: connections }, () => Wire.open(nginx.port)));
    await Promise.all(wires.map((wire) => wire.ask({ path: '/users/login' })));
    const statuses = await Promise.all(
      wires.map(async (wire, index) => {
        await delay(silence(index));
        const headers = { Origin: app.baseUrl };
        const { status } = await wire.ask({ method: 'POST', path: '/api/v1/auth/logout', headers });
        return status;
      }),
    );
    for (const wire of wires) wire.close();
    return { statuses, opened, closed };
  } finally {
    await nginx.stop();
  }
}
