import { constants, setPriority } from 'node:os';
import bcrypt from 'bcrypt';
import { compareInTurn } from './compare-in-turn';
import type { Answer, Order, Work } from './hashing-child';
import { derive } from './key-derivation';

/* Entry point of the child process. It hashes for its parent and exits with it. */

try {
  setPriority(constants.priority.PRIORITY_LOW); // before bcrypt's threads start: they inherit it
} catch {
  // Not permitted: hash at normal priority.
}

// Signals to the process group reach the child while requests still need it. Ignore them: the parent kills
// it.
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
