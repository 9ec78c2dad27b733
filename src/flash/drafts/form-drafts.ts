import { createHash, randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import type { Request } from 'express';
import { In, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { Clock } from '../../options/clock';
import { Database } from '../../database/database';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import { seal, unseal } from '../../http/seal';
import type { EndReason } from '../../sessions/session-engine';
import { DraftCookie } from './draft-cookie';
import { FormDraftEntity } from './form-draft.entity';

const KEPT_FOR = 10 * 60_000;
/** In bytes; a cookie that lets nobody in keeps no more than this. */
const LARGEST = 64 * 1024;

/** After these nobody wants to go on. */
const NOTHING_TO_GO_ON: EndReason[] = ['logged_out', 'user_deleted'];

/** What it takes to show a form again. */
export interface FormDraft {
  view: string;
  title: string;
  /** The parameters of the path that it was sent to. */
  params: Request['params'];
  values: Record<string, string>;
}

/** That a form is kept, for whom, and until when (milliseconds since 1970). */
export interface PendingDraft {
  userId: number;
  expiresAt: number;
}

/**
 * Forms that were sent when their session had ended, or was too old for what they do, kept until the same user has
 * given the password again. The row is of no use
 * to its reader: what it holds is encrypted, and the key is in the browser's cookie alone.
 */
@Injectable()
export class FormDrafts {
  constructor(
    @InjectRepository(FormDraftEntity) private readonly rows: Repository<FormDraftEntity>,
    private readonly cookie: DraftCookie,
    private readonly database: Database,
    private readonly clock: Clock,
  ) {}

  /** Keeps a form in place of the one that this session may have kept before; durable when it resolves. */
  async keep(request: Request, form: FormDraft): Promise<void> {
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

  /** @returns what this browser has kept, or null. */
  async waiting(request: Request): Promise<PendingDraft | null> {
    const found = await this.find(request);
    return found && { userId: found.row.userId, expiresAt: found.row.expiresAt };
  }

  /** @returns the form, to one caller only and only to its user; for anybody else it is deleted unseen. */
  async take(request: Request, userId: number): Promise<FormDraft | null> {
    const found = await this.find(request);
    const isFirst = await this.discard(request);
    return found && isFirst && found.row.userId === userId ? found.form : null;
  }

  /** Deletes what this browser has kept. @returns whether there was anything. */
  async discard(request: Request): Promise<boolean> {
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

  /** Deletes forms whose time is over. @returns how many, at most `limit`. */
  async purge(limit: number): Promise<number> {
    const where = { expiresAt: LessThanOrEqual(this.clock.now()) };
    const expired = await this.rows.find({ select: { tokenHash: true }, where, take: limit });
    if (expired.length === 0) return 0;
    const hashes = expired.map(({ tokenHash }) => tokenHash);
    await this.database.write((manager) => manager.delete(FormDraftEntity, { tokenHash: In(hashes) }));
    return expired.length;
  }

  private async find(request: Request): Promise<{ row: FormDraftEntity; form: FormDraft } | null> {
    const token = this.cookie.read(request);
    if (token === null) return null;
    const isAlive = { expiresAt: MoreThan(this.clock.now()) };
    const row = await this.rows.findOneBy({ tokenHash: hashOf(token), ...isAlive });
    const text = row && unseal(token, labelOf(row), row.sealed);
    return row && text !== null ? { row, form: JSON.parse(text) as FormDraft } : null;
  }
}

const hashOf = (token: string): string => createHash('sha256').update(token).digest('base64url');

/** Whose form it is, and of which session: one that has ended, or whose user must give the password again. */
function senderOf(request: Request): { sessionIdHash: string; userId: number } | null {
  const { principal, endedSession } = request;
  if (principal) return { sessionIdHash: hashOfSessionId(request.sessionID), userId: principal.id };
  if (!endedSession || NOTHING_TO_GO_ON.includes(endedSession.reason)) return null;
  const { idHash: sessionIdHash, userId } = endedSession;
  return userId === null ? null : { sessionIdHash, userId };
}

/** For whom and until when: a row in which either was altered is not opened. */
const labelOf = ({ userId, expiresAt }: PendingDraft): string => `user ${userId} until ${expiresAt}`;
