/** Sorts the times. */
export function percentiles(times) {
  times.sort((one, other) => one - other);
  const at = (share) => times[Math.max(0, Math.ceil(times.length * share) - 1)];
  return { p50: at(0.5), p99: at(0.99) };
}
