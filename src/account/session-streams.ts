import type { ServerResponse } from 'node:http';
import {
  type BeforeApplicationShutdown,
  HttpException,
  HttpStatus,
  Injectable,
  Logger,
} from '@nestjs/common';
import { SignOutNotice } from '../auth/sign-out-notice';
import { Clock } from '../options/clock';
import { Settings } from '../options/settings';
import { RequestDeadline } from '../database/request-deadline';
import type { EndedSession } from '../sessions/session-engine';
import { SessionTermination } from '../sessions/session-termination';
import { EventStream } from './event-stream';

/** The page works without a stream: its next request reveals whether the session has ended. */
class TooManyStreams extends HttpException {
  readonly retryAfter = 60;

  /** @param isOurs whether the limit of the whole process is reached, not that of this client. */
  constructor(isOurs: boolean) {
    super(
      'Too many pages are listening for the end of their session.',
      isOurs ? HttpStatus.SERVICE_UNAVAILABLE : HttpStatus.TOO_MANY_REQUESTS,
    );
  }
}

const POLL_MS = 2_000;
const HEARTBEAT_MS = 25_000;
const LONGEST_MS = 3_600_000;
/** One tab of a browser listens and informs the others. */
const MOST_OF_A_SESSION = 5;

/** `source` is the client address as the throttle counts it: see `sourceOf`. */
export interface Listener {
  readonly idHash: string;
  readonly userId: number;
  readonly source: string;
}

interface Follower extends Listener {
  readonly stream: EventStream;
  readonly since: number;
}

/**
 * Streams to all open pages of this process. One query per interval finds which of their sessions have ended.
 * Messages between instances would be faster, but polling needs only the store: it also finds sessions that
 * expired or ended on other instances, and it cannot miss a message.
 */
@Injectable()
export class SessionStreams implements BeforeApplicationShutdown {
  private readonly logger = new Logger(SessionStreams.name);
  private readonly followers = new Set<Follower>();
  private timer: NodeJS.Timeout | undefined;
  private lastBeat = 0;
  private isAsking = false;
  private isStopping = false;

  constructor(
    private readonly ends: SessionTermination,
    private readonly notice: SignOutNotice,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  /** Streams the end of a session to this response. @throws TooManyStreams */
  open(listener: Listener, response: ServerResponse): void {
    this.demandRoomFor(listener);
    if (response.destroyed) return; // 'close' has already fired and will not fire again

    const follower = { ...listener, stream: new EventStream(response), since: this.clock.now() };
    this.followers.add(follower);
    response.once('close', () => this.forget(follower));
    this.timer ??= setInterval(() => this.tick(), POLL_MS).unref();
    if (this.isStopping) follower.stream.end();
  }

  /** Open streams would delay the shutdown. Browsers reconnect to another instance. */
  beforeApplicationShutdown(): void {
    this.isStopping = true;
    for (const follower of this.followers) this.close(follower);
  }

  private demandRoomFor({ idHash, userId, source }: Listener): void {
    const { eventStreams, eventStreamsPerUser, eventStreamsPerSource } = this.settings;
    let [ofSession, ofUser, ofSource] = [0, 0, 0];
    for (const follower of this.followers) {
      if (follower.idHash === idHash) ofSession += 1;
      if (follower.userId === userId) ofUser += 1;
      if (follower.source === source) ofSource += 1;
    }
    if (ofSession >= MOST_OF_A_SESSION || ofUser >= eventStreamsPerUser || ofSource >= eventStreamsPerSource)
      throw new TooManyStreams(false);
    if (this.followers.size >= eventStreams) throw new TooManyStreams(true);
  }

  private tick(): void {
    const now = this.clock.now();
    for (const follower of this.followers) if (now - follower.since >= LONGEST_MS) this.close(follower);
    // The clock may have been set back.
    if (Math.abs(now - this.lastBeat) >= HEARTBEAT_MS) {
      this.lastBeat = now;
      for (const { stream } of this.followers) stream.beat();
    }
    if (!this.isAsking && this.followers.size > 0) void this.ask();
  }

  private async ask(): Promise<void> {
    this.isAsking = true;
    try {
      const idHashes = new Set([...this.followers].map(({ idHash }) => idHash));
      // A request started the timer: its deadline must not apply to later ticks.
      const asked = await new RequestDeadline().run(() => this.ends.find([...idHashes]));
      const ended = new Map(asked.map((one) => [one.idHash, one]));
      for (const follower of this.followers) this.tell(follower, ended.get(follower.idHash));
    } catch (error) {
      // An unavailable store does not end a session: the next tick asks again.
      this.logger.debug(`Nobody knows now which sessions have ended: ${String(error)}`);
    } finally {
      this.isAsking = false;
    }
  }

  private tell(follower: Follower, ended: EndedSession | undefined): void {
    if (!ended) return;
    const { reason, familyId } = ended;
    // A rotated session is still live: the browser reconnects with its new cookie.
    if (reason !== 'rotated') {
      // The next page logs a remembered device in again: show no text.
      const isRemembered = familyId !== null && (reason === 'idle' || reason === 'absolute');
      follower.stream.send('ended', { reason, text: isRemembered ? null : this.notice.textFor(reason) });
    }
    this.close(follower);
  }

  private close(follower: Follower): void {
    follower.stream.end();
    this.forget(follower);
  }

  private forget(follower: Follower): void {
    this.followers.delete(follower);
    if (this.followers.size > 0) return;
    clearInterval(this.timer);
    this.timer = undefined;
  }
}
