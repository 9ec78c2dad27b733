import { setTimeout as delay } from 'node:timers/promises';
import { Injectable, Logger } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import type { Request, Response } from 'express';
import { Identification } from '../identification';
import { onBeforeEnd } from '../../http/defer-end';
import { hashOfSessionId } from '../../http/hash-of-session-id';
import { responseTo } from '../../http/response-to';
import { seal, unseal } from '../../http/seal';
import { FlashService } from '../../flash/flash-service';
import { EngineStore } from '../../sessions/engine-store';
import { KnownDevices } from '../../sessions/known-devices';
import { hasSession, SessionService } from '../../sessions/session-service';
import { noteBody, type Outcome, outcomeOf } from './outcome';
import type { Submission } from './submission';
import type { SubmissionEntity } from './submission.entity';
import { KeyReused, RepeatedSubmission, UnknownOutcome } from './submission-errors';
import { type Claim, MOST_REPEATS, SubmissionStore } from './submission-store';

declare module 'express-serve-static-core' {
  interface Request {
    /** Whether it was refused or failed, whatever its answer looks like: a refusal can lead elsewhere too. */
    hasFailed?: boolean;
  }
}

/** How long a request waits for the one that came before. */
const LONGEST_WAIT = 15_000;
/** How often it looks whether another instance has answered that one. */
const POLL_MS = 100;

/** Its session may just be taking the place of another. */
const MOST_LOOKS = 5;

/**
 * What a request finds that must act itself: no earlier one, one of another browser, or one that was refused for its
 * password and is refused again. Else `RepeatedSubmission` is thrown.
 */
type Found = 'none' | 'foreign' | 'refused';

/** Of several requests with one key one acts, and the others get its answer. */
@Injectable()
export class SubmissionReplay {
  private readonly logger = new Logger(SubmissionReplay.name);
  /** What is at work in this process: nobody here has to poll for it. */
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
   * Resolves when this request is to act; what comes of it is noted when it is answered.
   * @throws RepeatedSubmission, UnknownOutcome, KeyReused
   */
  async actOnce(submission: Submission, request: Request): Promise<void> {
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
   * Answers as the request that came before, when that is answered.
   * @throws RepeatedSubmission, UnknownOutcome, KeyReused
   */
  async repeat(submission: Submission, request: Request): Promise<Found> {
    const deadline = performance.now() + LONGEST_WAIT;
    for (let looks = 0, hasWaited = false; ; hasWaited = true) {
      const row = await this.store.find(submission);
      const outcome = row && this.outcomeFor(submission, row);
      // Its session may have ended while it waited: it must not act on what was known of it before.
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

  /** With what its session holds by now. */
  private async identifyAgain(request: Request): Promise<void> {
    if (!request.principal && !hasSession(request)) return;
    await this.modules.get(Identification, { strict: false }).repeat(request);
    if (!hasSession(request)) return;
    await this.sessionStore.attach(request, request.sessionID);
  }

  /** @returns null while there is none. */
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
    // Its own cookie can have come through while the page did not.
    const isOfResult = outcome?.sessions.includes(sessionIdHash ?? '') ?? false;
    const isOfGuest = sessionIdHash === null && outcome?.sessions.length === 0;
    return outcome && (isOfSender || isOfResult || isOfGuest) ? outcome : 'foreign';
  }

  /**
   * Whether this browser is, or becomes, who it was after that answer. A session is started only beside the one that the
   * answer has started, while that lives: whoever ended it, by whatever way, has ended what could come of this too.
   */
  private async admits(
    submission: Submission,
    row: SubmissionEntity,
    { userId, sessions, ...outcome }: Outcome,
    request: Request,
  ): Promise<boolean> {
    const { sessionIdHash: former } = row;
    const [started] = sessions;
    if (userId === null || started === undefined || request.principal?.id === userId) return true;
    const isAnother = started !== former && submission.sessionIdHash === former;
    if (!isAnother || row.repeats >= MOST_REPEATS || responseTo(request).closed) return false;
    if (!(await this.sessions.startBeside(request, sessions, outcome.isRemembered))) return false;

    const mine = hashOfSessionId(request.sessionID);
    const next: Outcome = { ...outcome, userId, sessions: [...sessions, mine] };
    if (await this.store.replaceOutcome(submission, row.outcome ?? '', sealed(submission, next))) {
      this.devices.remember(request, { id: userId, securityVersion: request.session.securityVersion ?? 1 });
      return true;
    }
    await this.sessions.discard(request);
    return false;
  }

  private watch(submission: Submission, claim: Claim, request: Request): void {
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
    { statusCode }: Response,
  ): Promise<void> {
    try {
      if (outcome) await this.store.complete(claim, sealed(submission, outcome));
      // What failed unexpectedly may have had its effect: it does not happen a second time under this key.
      else if (statusCode !== 500) await this.store.release(claim);
    } catch (error) {
      this.logger.warn(`What came of a form could not be noted: ${String(error)}`);
    }
  }
}

const sealed = ({ seal: token, idHash }: Submission, outcome: Outcome): string =>
  seal(token, idHash, JSON.stringify(outcome));

const never = new Promise<void>(() => undefined);
