import { createClient } from '@redis/client';

/**
 * Sends one command, on its own connection. @returns the reply.
 * @throws an error of Redis or of the connection, or if there is no reply within `timeout` milliseconds.
 */
export async function askRedis(url: string, command: string[], deadline = 5_000): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), deadline);
  });
  const asked = client.connect().then(() => client.sendCommand(command));
  asked.catch(() => undefined);
  try {
    return await Promise.race([asked, tooLong]);
  } finally {
    clearTimeout(timer);
    if (client.isOpen) client.destroy();
  }
}
