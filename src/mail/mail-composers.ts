import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Mail } from './mailer';

/**
 * Composes the mails of one kind. Extend it and provide your class in a module; the outbox finds it by its
 * type.
 *
 * The outbox stores only `params`. The text and any token are created just before sending, so an attacker who
 * reads the outbox finds no token.
 */
export abstract class MailComposer {
  /** Identifies its jobs in the outbox and the log, for example `password-reset`; at most 64 characters. */
  abstract readonly kind: string;

  /**
   * Called for each attempt: a retry composes the mail again.
   * @param params as passed to `Outbox.add`.
   * @returns null if there is nothing to send (any more).
   */
  abstract compose(params: object): Promise<Mail | null>;
}

/** The composers of all modules by kind. */
@Injectable()
export class MailComposers implements OnModuleInit {
  private readonly byKind = new Map<string, MailComposer>();

  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws Error if two composers have the same kind. */
  onModuleInit(): void {
    const found = this.discovery.getProviders().map(({ instance }) => instance as unknown);
    for (const composer of new Set(found)) {
      if (!(composer instanceof MailComposer)) continue;
      if (this.byKind.has(composer.kind)) throw new Error(`Two composers write mails of "${composer.kind}"`);
      this.byKind.set(composer.kind, composer);
    }
  }

  /** @throws Error if there is none for this kind; a newer version on another instance may have one. */
  for(kind: string): MailComposer {
    const composer = this.byKind.get(kind);
    if (!composer) throw new Error(`Nothing here composes mails of "${kind}"`);
    return composer;
  }
}
