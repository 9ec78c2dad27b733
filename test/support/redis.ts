import { createClient } from '@redis/client';

/**
 * One command, on a connection of its own. @returns the answer.
 * @throws Error of Redis, or of the connection; or when there is no answer within `patience` milliseconds.
 */
export async function askRedis(url: string, command: string[], patience = 5_000): Promise<unknown> {
  const client = createClient({ url, socket: { reconnectStrategy: false } }).on('error', () => undefined);
  let timer: NodeJS.Timeout | undefined;
  const tooLong = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('no answer')), patience);
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
