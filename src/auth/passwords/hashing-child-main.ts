import { constants, setPriority } from 'node:os';
import bcrypt from 'bcrypt';
import { compareInTurn } from './compare-in-turn';
import type { Answer, Order, Work } from './hashing-child';
import { derive } from './key-derivation';

/* What the child process runs: it hashes for the process at the other end of its channel and for as long as that lives. */

try {
  setPriority(constants.priority.PRIORITY_LOW); // before bcrypt's threads are there: they inherit it
} catch {
  // Where that is not permitted it hashes all the same.
}

// A stop of all processes reaches the child, too, while requests still wait for it: its parent ends it.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());

process.on('message', (order: Order) => {
  const answer = (rest: Omit<Answer, 'id'>) => process.send?.({ id: order.id, ...rest });
  resultOf(order).then(
    (result) => answer({ result }),
    (error: unknown) => answer({ refusal: String(error) }),
  );
});

function resultOf(work: Work): Promise<string | boolean> {
  if ('cost' in work) return bcrypt.hash(work.text, work.cost);
  return 'how' in work ? derive(work.text, work.how) : compareInTurn(work.comparisons);
}
