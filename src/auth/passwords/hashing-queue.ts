import { availableParallelism } from 'node:os';
import { Injectable } from '@nestjs/common';
import { Overloaded } from '../../http/errors';
import { networkOf, requestSource } from '../../http/request-source';
import { Settings } from '../../options/settings';

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

/**
 * Runs as many hashes and estimates as there are cores and queues the rest. bcrypt and SQLite share libuv's
 * threads: without a limit, hashing would delay every query. The queue is fair across networks and their sources, so
 * that a flood from one does not delay the others. A full queue answers 503 immediately instead of timing
 * out.
 */
@Injectable()
export class HashingQueue {
  private readonly line: FairQueue;
  private readonly places = availableParallelism();
  private taken = 0;
  private turnedAway = 0;

  constructor({ hashQueue, hashQueuePerSource }: Settings) {
    this.line = new FairQueue(hashQueue, hashQueuePerSource, (source) => networkOf(source) ?? source);
  }

  get running(): number {
    return this.taken;
  }

  get waiting(): number {
    return this.line.length;
  }

  /** Total since the process started. */
  get refused(): number {
    return this.turnedAway;
  }

  /**
   * @throws Overloaded if HASH_QUEUE_PER_SOURCE tasks of this source are waiting, or HASH_QUEUE in total and
   * no network or source has more of them. A later arrival may also evict a waiting task.
   */
  async run<T>(task: () => Promise<T>, source = requestSource()): Promise<T> {
    if (this.taken < this.places) this.taken += 1;
    else await this.waitForSlot(source);
    try {
      return await task();
    } finally {
      const next = this.line.next();
      if (next)
        next(); // inherits this slot
      else this.taken -= 1;
    }
  }

  private waitForSlot(source: string): Promise<void> {
    return new Promise<void>((start, fail) => {
      const refuse = () => {
        this.turnedAway += 1;
        fail(new Overloaded(1));
      };
      this.line.enqueue(source, { start, refuse });
    });
  }
}
