import { constants, setPriority } from 'node:os';
import type { Answer, Order, Result, Work } from './hashing-child';
import { PasswordRunnerInProcess } from './password-runner-in-process';

/* Entry point of the child process. It hashes and estimates for its parent and exits with it. */

try {
  setPriority(constants.priority.PRIORITY_LOW); // before bcrypt's threads start: they inherit it
} catch {
  // Not permitted: hash at normal priority.
}

// Signals to the process group reach the child while requests still need it. Ignore them: the parent kills
// it.
for (const signal of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(signal, () => undefined);
process.on('disconnect', () => process.exit());

const runner = new PasswordRunnerInProcess();

process.on('message', (order: Order) => {
  const answer = (rest: Omit<Answer, 'id'>) => process.send?.({ id: order.id, ...rest });
  resultOf(order).then(
    (result) => answer({ result }),
    (error: unknown) => answer({ refusal: String(error) }),
  );
});

function resultOf(work: Work): Promise<Result> {
  switch (work.kind) {
    case 'hash':
      return runner.hash(work.text, work.cost);
    case 'compare':
      return runner.compare(work.comparisons);
    case 'derive':
      return runner.derive(work.text, work.how);
    case 'estimate':
      // Blocks this event loop. Hashes go on in their threads; only their answers wait.
      return runner.estimate(work.password, work.words);
  }
}
