import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { hashOfSessionId } from '../http/hash-of-session-id';
import type { RequestContext } from '../http/request-context';
import { SessionEnded } from '../access/access-errors';
import type { Principal } from '../access/principal';
import { Clock } from '../options/clock';
import { UserModel } from '../options/user-model';
import { RequestDeadline } from '../database/request-deadline';
import { SecurityEventBus } from '../events/bus/security-event-bus';
import { Devices } from '../sessions/devices';
import { SessionEngine } from '../sessions/session-engine';
import { Throttle } from '../throttling/throttle';
import { UserDto } from '../users/dto/user.dto';
import { ownColumns } from '../users/own-columns';
import { PersonalData } from '../users/personal-data';
import { UsersService } from '../users/users-service';
import { SessionDto } from './dto/session.dto';

export interface ExportFile {
  name: string;
  /** JSON, generated piece by piece as the client reads it. */
  text: AsyncGenerator<string>;
}

/** Exports all data stored about a user as one JSON file, including that of every PersonalData provider. */
@Injectable()
export class AccountExport implements OnModuleInit {
  private features: PersonalData[] = [];
  private readonly ownColumns: string[];

  constructor(
    private readonly discovery: DiscoveryService,
    private readonly users: UsersService,
    private readonly devices: Devices,
    private readonly engine: SessionEngine,
    private readonly throttle: Throttle,
    private readonly events: SecurityEventBus,
    private readonly clock: Clock,
    { entity }: UserModel,
  ) {
    const columns = ownColumns(entity).filter(({ isRead }) => isRead);
    this.ownColumns = columns.map(({ property }) => property);
  }

  onModuleInit(): void {
    this.features = this.discovery
      .getProviders()
      .map(({ instance }) => instance as unknown)
      .filter((instance) => instance instanceof PersonalData);
    const sections = ['exportedAt', 'account', 'sessions', ...this.features.map(({ section }) => section)];
    const twice = sections.find((section, index) => sections.indexOf(section) !== index);
    if (twice !== undefined) throw new Error(`Two features export their data as "${twice}"`);
  }

  /** Runs all checks before the first byte is sent. @throws SessionEnded, TooManyAttempts */
  async of(request: RequestContext, principal: Principal): Promise<ExportFile> {
    const user = await this.users.own(principal);
    const { id: userId } = user;
    await this.throttle.account(request, userId, 'export');
    const sessions = (await this.devices.list(request, userId)).map((device) => SessionDto.of(device));
    const head = {
      exportedAt: new Date(this.clock.now()).toISOString(),
      account: UserDto.of(user, userId, this.ownColumns),
      sessions,
    };
    this.events.publish('account.exported', { userId }, request);
    const safeName = user.username.replace(/[^\w.-]/g, '_');
    const idHash = hashOfSessionId(request.sessionID);
    const text = this.pieces(head, userId, () => this.requireSession(idHash, principal));
    return { name: `latchkey-${safeName}.json`, text };
  }

  /** A slow client prolongs an export: it must not outlive the session. @throws SessionEnded */
  private async requireSession(idHash: string, principal: Principal): Promise<void> {
    const [session] = await Promise.all([this.engine.load(idHash), this.users.own(principal)]);
    if (!session) throw new SessionEnded();
  }

  private async *pieces(
    head: object,
    userId: number,
    requireSession: () => Promise<void>,
  ): AsyncGenerator<string> {
    yield JSON.stringify(head).slice(0, -1);
    for (const feature of this.features) {
      yield `,\n${JSON.stringify(feature.section)}:[`;
      let separator = '\n';
      for await (const items of withPageDeadlines(checked(feature.pagesOf(userId), requireSession))) {
        if (items.length === 0) continue;
        yield separator + items.map((item) => JSON.stringify(item)).join(',\n');
        separator = ',\n';
      }
      yield ']';
    }
    yield '}\n';
  }
}

/** Yields each page only if the check succeeds after reading it. */
async function* checked<T>(pages: AsyncIterable<T>, check: () => Promise<void>): AsyncGenerator<T> {
  for await (const page of pages) {
    await check();
    yield page;
  }
}

/** Gives each page its own request deadline: a long export as a whole would exceed one. */
async function* withPageDeadlines<T>(pages: AsyncIterable<T>): AsyncGenerator<T> {
  const iterator = pages[Symbol.asyncIterator]();
  try {
    for (;;) {
      const page = await new RequestDeadline().run(() => iterator.next());
      if (page.done) return;
      yield page.value;
    }
  } finally {
    await iterator.return?.(); // the client has disconnected
  }
}
