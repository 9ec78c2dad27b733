import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { HashingQueue } from '../../auth/passwords/hashing-queue';

/** How much there is to hash: what log-ins wait for, long before one is turned away. */
@Injectable()
export class HashingMetrics {
  constructor(queue: HashingQueue, registry: Registry) {
    const registers = [registry];
    new Gauge({
      name: 'latchkey_hashes_running',
      help: 'Passwords that are being hashed',
      registers,
      collect() {
        this.set(queue.running);
      },
    });
    new Gauge({
      name: 'latchkey_hashes_waiting',
      help: 'Log-ins and sign-ups in line for hashing, of HASH_QUEUE at most',
      registers,
      collect() {
        this.set(queue.waiting);
      },
    });
    new Counter({
      name: 'latchkey_hashes_refused_total',
      help: 'Log-ins and sign-ups answered 503 because the line was full',
      registers,
      collect() {
        this.reset();
        this.inc(queue.refused);
      },
    });
  }
}
