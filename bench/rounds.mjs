const shuffled = (list) =>
  list
    .map((item) => [Math.random(), item])
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);

/** Each target once per round, in varying order, so that a temporary slowdown does not affect one target alone. */
export async function inTurns(rounds, list, turn) {
  for (let round = 0; round < rounds; round++) for (const item of shuffled(list)) await turn(item);
}
