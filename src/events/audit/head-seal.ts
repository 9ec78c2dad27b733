import { Injectable } from '@nestjs/common';
import { Signer } from '../../sessions/signer';
import type { AuditHead } from './audit-head.entity';

const PURPOSE = 'audit head';

/** An HMAC by SESSION_SECRET over the head: whoever has the database alone can hash rows anew, and cannot do this. */
@Injectable()
export class HeadSeal {
  constructor(private readonly signer: Signer) {}

  /** Empty before the first entry: the head is made by a migration, which knows no secret. */
  of(head: AuditHead): string {
    if (head.lastId === 0) return '';
    return this.signer.sign(PURPOSE, textOf(head));
  }

  /** Whether the head is as we left it. */
  verify(head: AuditHead): boolean {
    if (head.lastId === 0) return head.seal === '' && head.anchorId === 0;
    return this.signer.verify(PURPOSE, textOf(head), head.seal);
  }
}

const textOf = ({ anchorId, anchorHash, lastId, lastHash }: AuditHead): string =>
  JSON.stringify([anchorId, anchorHash, lastId, lastHash]);
