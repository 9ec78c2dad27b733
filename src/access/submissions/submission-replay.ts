import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import { type RequestContext, type ResponseContext, responseTo } from '../../http/request-context';
import { Identification } from '../principal';
import { onBeforeEnd } from '../../http/defer-end';
import { seal, unseal } from '../../http/seal';
import { FlashService } from '../../flash/flash-service';
import { EngineStore } from '../../sessions/engine-store';
import { KnownDevices } from '../../sessions/known-devices';
import { hasSession, SessionService } from '../../sessions/session-service';
import { noteBody, type Outcome, outcomeOf } from './outcome';
import { KeyReused, RepeatedSubmission, UnknownOutcome } from './submission-errors';
import type { SubmissionEntity } from './submission.entity';
import { type Claim, MOST_REPEATS, type Submission, SubmissionStore } from './submission-store';

declare module '../../http/request-context' {
  interface RequestFields {
    /** Set by the exception filter. The status does not show it: a refusal may redirect like a success. */
    hasFailed?: boolean;
  }
}

/** How long a repeat waits for the first request, in ms. */
const LONGEST_WAIT = 15_000;
/** How often it polls for the outcome from another instance. */
const POLL_MS = 100;

/** Looks again if another repeat has replaced the outcome meanwhile. */
const MOST_LOOKS = 5;

/**
 * Why a request must be processed itself: no earlier request, one from another browser, or one with a wrong
 * password, which is refused again. Otherwise the request gets the earlier response (`RepeatedSubmission`).
 */
type NotRepeated = 'none' | 'foreign' | 'refused';

/** Processes one of several requests with the same key and sends its response to the others. */
@Injectable()
export class SubmissionReplay {
  private readonly logger = new Logger(SubmissionReplay.name);
  /** Requests in progress in this process: a repeat awaits them instead of polling. */
  private readonly atWork = new Map<string, Promise<void>>();

  constructor(
    private readonly modules: ModuleRef,
    private readonly store: SubmissionStore,
    private readonly sessionStore: EngineStore,
    private readonly sessions: SessionService,
    private readonly devices: KnownDevices,
    private readonly flashes: FlashService,
  ) {}

  /**
   * Resolves if this request must be processed. Its outcome is stored when it is answered.
   * @throws RepeatedSubmission, UnknownOutcome, KeyReused
   */
  async actOnce(submission: Submission, request: RequestContext): Promise<void> {
    for (;;) {
      const claim = await this.store.claim(submission);
      if (claim) {
        this.watch(submission, claim, request);
        return;
      }
      if ((await this.repeat(submission, request)) !== 'none') return;
    }
  }

  /**
   * Waits for the earlier request with this key and repeats its response.
   * @throws RepeatedSubmission, UnknownOutcome, KeyReused
   */
  async repeat(submission: Submission, request: RequestContext): Promise<NotRepeated> {
    const deadline = performance.now() + LONGEST_WAIT;
    for (let looks = 0, hasWaited = false; ; hasWaited = true) {
      const row = await this.store.find(submission);
      const outcome = row && this.outcomeFor(submission, row);
      // The session may have ended during the wait: identify the request again before it acts.
      if (hasWaited || (row && outcome)) await this.identifyAgain(request);
      if (!row) return 'none';
      if (outcome === 'foreign') return outcome;
      if (outcome?.isWrongPassword) {
        request.passwordTry = 'known to be wrong';
        return 'refused';
      }
      if (outcome && (await this.admits(submission, row, outcome, request))) {
        this.flashes.repeat(request, outcome.flashes);
        throw new RepeatedSubmission(outcome);
      }
      if (outcome && (looks += 1) === MOST_LOOKS) return 'foreign';
      if (performance.now() > deadline || responseTo(request).closed) throw new UnknownOutcome();
      await Promise.race([delay(POLL_MS), ...(outcome ? [] : [this.atWork.get(submission.idHash) ?? never])]);
    }
  }

  /** Reloads the session's current data too. */
  private async identifyAgain(request: RequestContext): Promise<void> {
    if (!request.principal && !hasSession(request)) return;
    await this.modules.get(Identification, { strict: false }).repeat(request);
    if (!hasSession(request)) return;
    await this.sessionStore.attach(request, request.sessionID);
  }

  /** @returns null while the earlier request is in progress. */
  private outcomeFor(submission: Submission, row: SubmissionEntity): Outcome | 'foreign' | null {
    const { sessionIdHash } = submission;
    const isOfSender = sessionIdHash === row.sessionIdHash;
    if (row.digest !== submission.digest) {
      if (isOfSender) throw new KeyReused();
      return 'foreign';
    }
    if (row.outcome === null) return isOfSender ? null : 'foreign';
    const text = unseal(submission.seal, row.idHash, row.outcome);
    const outcome = text === null ? null : (JSON.parse(text) as Outcome);
    // The new session cookie may have arrived although the page did not.
    const isOfResult = outcome?.sessions.includes(sessionIdHash ?? '') ?? false;
    const isOfGuest = sessionIdHash === null && outcome?.sessions.length === 0;
    return outcome && (isOfSender || isOfResult || isOfGuest) ? outcome : 'foreign';
  }

  /**
   * Whether this browser has, or now gets, the principal of the earlier response. It starts another session
   * only while the session that the response started is live, so that a revoked log-in cannot be replayed.
   */
  private async admits(
    submission: Submission,
    row: SubmissionEntity,
    { userId, sessions, ...outcome }: Outcome,
    request: RequestContext,
  ): Promise<boolean> {
    const { sessionIdHash: former } = row;
    const [started] = sessions;
    if (userId === null || started === undefined || request.principal?.id === userId) return true;
    const isAnother = started !== former && submission.sessionIdHash === former;
    if (!isAnother || row.repeats >= MOST_REPEATS || responseTo(request).closed) return false;
    if (!(await this.sessions.startDuplicate(request, sessions, outcome.isRemembered))) return false;

    const mine = hashOfSessionId(request.sessionID);
    const next: Outcome = { ...outcome, userId, sessions: [...sessions, mine] };
    if (await this.store.replaceOutcome(submission, row.outcome ?? '', sealed(submission, next))) {
      this.devices.remember(request, { id: userId, securityVersion: request.session.securityVersion ?? 1 });
      return true;
    }
    await this.sessions.discard(request);
    return false;
  }

  private watch(submission: Submission, claim: Claim, request: RequestContext): void {
    const response = responseTo(request);
    const { familyId } = request.session;
    const body = noteBody(response);
    let wake: () => void = () => undefined;
    const work = new Promise<void>((resolve) => (wake = resolve));
    this.atWork.set(claim.idHash, work);
    const forget = () => {
      this.atWork.delete(claim.idHash);
      wake();
    };
    response.once('close', forget);
    onBeforeEnd(response, async () => {
      await this.note(submission, claim, outcomeOf(request, response, body(), familyId), response);
      forget();
    });
  }

  private async note(
    submission: Submission,
    claim: Claim,
    outcome: Outcome | null,
    { statusCode }: ResponseContext,
  ): Promise<void> {
    try {
      if (outcome) await this.store.complete(claim, sealed(submission, outcome));
      // An unexpected failure may have taken effect: keep the claim, so that no repeat is processed.
      else if (statusCode !== 500) await this.store.release(claim);
    } catch (error) {
      this.logger.warn(`What came of a form could not be noted: ${String(error)}`);
    }
  }
}

const sealed = ({ seal: token, idHash }: Submission, outcome: Outcome): string =>
  seal(token, idHash, JSON.stringify(outcome));

const never = new Promise<void>(() => undefined);
