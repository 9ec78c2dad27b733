import { constants, setPriority } from 'node:os';
import bcrypt from 'bcrypt';
import type { Answer, Order } from './hashing-child';

/* What the child process runs: bcrypt, for the process at the other end of its channel and for as long as that lives. */

try {
  setPriority(constants.priority.PRIORITY_LOW); // before bcrypt's threads are there: they inherit it
} catch {
  // Where that is not permitted it hashes all the same.
}

// A stop of all processes reaches the child, too, while requests still wait for it: its parent ends it.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());

process.on('message', (order: Order) => {
  const work = 'cost' in order ? bcrypt.hash(order.text, order.cost) : bcrypt.compare(order.text, order.hash);
  const answer = (rest: Omit<Answer, 'id'>) => process.send?.({ id: order.id, ...rest });
  work.then(
    (result) => answer({ result }),
    (error: unknown) => answer({ refusal: String(error) }),
  );
});
