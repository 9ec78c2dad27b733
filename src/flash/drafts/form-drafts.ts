import { createHash, randomBytes } from 'node:crypto';
import { Injectable, Logger } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { In, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import type { RequestContext } from '../../http/request-context';
import { Clock } from '../../options/clock';
import { RecurringJobs } from '../../options/recurring-jobs';
import { Database } from '../../database/database';
import { seal, unseal } from '../../http/seal';
import type { EndReason } from '../../sessions/session-engine';
import { Settings } from '../../options/settings';
import { TokenCookie } from '../../sessions/token-cookie';
import { purgeInBatches } from '../../database/purge-in-batches';
import { FormDraftEntity } from './form-draft.entity';

/** Contains the only decryption key of a draft. */
@Injectable()
export class DraftCookie extends TokenCookie {
  constructor(settings: Settings) {
    super(settings, 'form');
  }
}

const KEPT_FOR = 10 * 60_000;
/** In bytes. It limits what the cookie of an ended session can store. */
const LARGEST = 64 * 1024;

/** The user ended the session on purpose and does not want to resume. */
const NOTHING_TO_GO_ON: EndReason[] = ['logged_out', 'user_deleted'];

/** The data for showing a form again. */
export interface FormDraft {
  view: string;
  title: string;
  /** Path parameters of the form's URL. */
  params: Record<string, string | string[]>;
  values: Record<string, string>;
  /** The IDs of fields on the page, where they differ from the names. */
  ids?: Record<string, string>;
}

/** A stored draft's user and expiry (milliseconds since 1970). */
export interface PendingDraft {
  userId: number;
  expiresAt: number;
}

/**
 * Keeps forms submitted with an ended session, or without a recent step-up, until the same user enters the
 * password. A leaked row is useless: it is encrypted, and only the browser's cookie contains the key.
 */
@Injectable()
export class FormDrafts {
  constructor(
    @InjectRepository(FormDraftEntity, LATCHKEY_DATA_SOURCE)
    private readonly rows: Repository<FormDraftEntity>,
    private readonly cookie: DraftCookie,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Replaces the session's previous draft. Skips guests and large forms. Durable before this resolves. */
  async keep(request: RequestContext, form: FormDraft): Promise<void> {
    const sender = senderOf(request);
    if (!sender) return;
    const { sessionIdHash, userId } = sender;
    const text = JSON.stringify(form);
    if (Buffer.byteLength(text) > LARGEST) return;

    const token = randomBytes(32).toString('base64url');
    const waiting = { userId, expiresAt: this.clock.now() + KEPT_FOR };
    const sealed = seal(token, labelOf(waiting), text);
    await this.database.write((manager) =>
      manager
        .createQueryBuilder()
        .insert()
        .into(FormDraftEntity)
        .values({ tokenHash: hashOf(token), sessionIdHash, sealed, ...waiting })
        .orUpdate(['token_hash', 'user_id', 'sealed', 'expires_at'], ['session_id_hash'])
        .execute(),
    );
    this.cookie.write(request, token, KEPT_FOR);
  }

  /** @returns this browser's draft, or null. */
  async waiting(request: RequestContext): Promise<PendingDraft | null> {
    const found = await this.find(request);
    return found && { userId: found.row.userId, expiresAt: found.row.expiresAt };
  }

  /** Deletes the draft. @returns the form, once and only for its user; null for any other user. */
  async take(request: RequestContext, userId: number): Promise<FormDraft | null> {
    const found = await this.find(request);
    const isFirst = await this.discard(request);
    return found && isFirst && found.row.userId === userId ? found.form : null;
  }

  /** Deletes this browser's draft. @returns whether there was one. */
  async discard(request: RequestContext): Promise<boolean> {
    const token = this.cookie.read(request);
    if (token === null) return false;
    const { affected } = await this.database.write((manager) =>
      manager.delete(FormDraftEntity, { tokenHash: hashOf(token) }),
    );
    this.cookie.clear(request);
    return affected === 1;
  }

  async removeAllOf(userId: number): Promise<void> {
    await this.database.write((manager) => manager.delete(FormDraftEntity, { userId }));
  }

  /** Deletes up to `limit` expired drafts. @returns how many it deleted. */
  async purge(limit: number): Promise<number> {
    const where = { expiresAt: LessThanOrEqual(this.clock.now()) };
    const expired = await this.rows.find({ select: { tokenHash: true }, where, take: limit });
    if (expired.length === 0) return 0;
    const hashes = expired.map(({ tokenHash }) => tokenHash);
    await this.database.write((manager) => manager.delete(FormDraftEntity, { tokenHash: In(hashes) }));
    return expired.length;
  }

  private async find(request: RequestContext): Promise<{ row: FormDraftEntity; form: FormDraft } | null> {
    const token = this.cookie.read(request);
    if (token === null) return null;
    const isAlive = { expiresAt: MoreThan(this.clock.now()) };
    const row = await this.rows.findOneBy({ tokenHash: hashOf(token), ...isAlive });
    const text = row && unseal(token, labelOf(row), row.sealed);
    return row && text !== null ? { row, form: JSON.parse(text) as FormDraft } : null;
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** The live session that needs a step-up, or else the ended session of the received cookie. */
function senderOf(request: RequestContext): { sessionIdHash: string; userId: number } | null {
  const { principal, endedSession } = request;
  if (principal) return { sessionIdHash: hashOfSessionId(request.sessionID), userId: principal.id };
  if (!endedSession || NOTHING_TO_GO_ON.includes(endedSession.reason)) return null;
  const { idHash: sessionIdHash, userId } = endedSession;
  return userId === null ? null : { sessionIdHash, userId };
}

/** Authenticated data of the encryption: a row with an altered user or expiry does not decrypt. */
const labelOf = ({ userId, expiresAt }: PendingDraft): string => `user ${userId} until ${expiresAt}`;

/** Deletes expired drafts in small batches. */
@Injectable()
export class ExpiredDrafts {
  private readonly logger = new Logger(ExpiredDrafts.name);

  constructor(
    private readonly forms: FormDrafts,
    jobs: RecurringJobs,
  ) {
    jobs.every(10 * 60_000, () => this.purge());
  }

  async purge(): Promise<void> {
    await purgeInBatches(this.logger, 'forms', (limit) => this.forms.purge(limit));
  }
}
