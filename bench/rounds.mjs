const shuffled = (list) =>
  list
    .map((item) => [Math.random(), item])
    .sort(([one], [other]) => one - other)
    .map(([, item]) => item);

/** Everybody once a round, in an order that differs: what slows the machine for a while slows no one target alone. */
export async function inTurns(rounds, list, turn) {
  for (let round = 0; round < rounds; round++) for (const item of shuffled(list)) await turn(item);
}
