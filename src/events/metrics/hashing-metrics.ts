import { Injectable } from '@nestjs/common';
import { Counter, Gauge, Registry } from 'prom-client';
import { HashingQueue } from '../../auth/passwords/hashing-queue';

/** The load of the hashing queue. It shows delays of log-ins before the queue refuses any. */
@Injectable()
export class HashingMetrics {
  constructor(queue: HashingQueue, registry: Registry) {
    const registers = [registry];
    new Gauge({
      name: 'latchkey_hashes_running',
      help: 'Passwords that are being hashed or estimated',
      registers,
      collect() {
        this.set(queue.running);
      },
    });
    new Gauge({
      name: 'latchkey_hashes_waiting',
      help: 'Passwords in line to be hashed or estimated, of HASH_QUEUE at most',
      registers,
      collect() {
        this.set(queue.waiting);
      },
    });
    new Counter({
      name: 'latchkey_hashes_refused_total',
      help: 'Passwords that were refused because the line was full',
      registers,
      collect() {
        this.reset();
        this.inc(queue.refused);
      },
    });
  }
}
