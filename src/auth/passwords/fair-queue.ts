export interface Waiting {
  start: () => void;
  refuse: () => void;
}

/**
 * One queue per source. Round robin over networks, then over each network's sources: an attacker with 65,536
 * sources in one network gets no more turns than a single client.
 */
export class FairQueue {
  /** In order of their turns. None is empty. */
  private readonly networks = new Map<string, Network>();
  private waiting = 0;

  /**
   * @param most limit of all queues together.
   * @param mostOfSource limit of each source's queue.
   * @param networkOf names the network of a source. By default each source is its own network.
   */
  constructor(
    private readonly most: number,
    private readonly mostOfSource: number,
    private readonly networkOf: (source: string) => string = (source) => source,
  ) {}

  get length(): number {
    return this.waiting;
  }

  /** If full, refuses this entry or the last one of a larger network or source. */
  enqueue(source: string, waiting: Waiting): void {
    const name = this.networkOf(source);
    const network = this.networks.get(name) ?? new Network();
    const isWithinShare = network.lengthOf(source) < this.mostOfSource;
    if (!isWithinShare || !this.hasPlaceFor(network, source)) return waiting.refuse();
    network.join(source, waiting);
    this.networks.set(name, network);
    this.waiting += 1;
  }

  next(): (() => void) | undefined {
    for (const [name, network] of this.networks) {
      const first = network.next();
      this.networks.delete(name);
      if (network.length > 0) this.networks.set(name, network); // its next turn comes last
      this.waiting -= 1;
      return first?.start;
    }
    return undefined;
  }

  /** If full, evicts from the largest network or else from this one: a few must not block the rest. */
  private hasPlaceFor(network: Network, source: string): boolean {
    if (this.waiting < this.most) return true;
    let largest = network;
    for (const other of this.networks.values()) if (other.length > largest.length) largest = other;
    const isLarger = largest.length > network.length + 1;
    if (!isLarger && network.longestLine <= network.lengthOf(source) + 1) return false;
    (isLarger ? largest : network).last()?.refuse();
    this.waiting -= 1;
    return true;
  }
}

class Network {
  length = 0;
  /** In order of their turns. None is empty. */
  private readonly lines = new Map<string, Waiting[]>();

  get longestLine(): number {
    return this.longest()?.[1].length ?? 0;
  }

  lengthOf(source: string): number {
    return this.lines.get(source)?.length ?? 0;
  }

  join(source: string, waiting: Waiting): void {
    const line = this.lines.get(source) ?? [];
    line.push(waiting);
    this.lines.set(source, line);
    this.length += 1;
  }

  /** Removes the entry whose turn it is. */
  next(): Waiting | undefined {
    for (const [source, line] of this.lines) {
      this.length -= 1;
      this.lines.delete(source);
      const first = line.shift();
      if (line.length > 0) this.lines.set(source, line);
      return first;
    }
    return undefined;
  }

  /** Removes the last entry of the longest queue. Among equals it takes the queue with the latest turn. */
  last(): Waiting | undefined {
    const [source, line] = this.longest() ?? [];
    const last = line?.pop();
    if (last) this.length -= 1;
    if (source !== undefined && line?.length === 0) this.lines.delete(source);
    return last;
  }

  private longest(): [source: string, line: Waiting[]] | undefined {
    let longest: [string, Waiting[]] | undefined;
    for (const entry of this.lines) if (!longest || entry[1].length >= longest[1].length) longest = entry;
    return longest;
  }
}
