import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { MailComposer } from './mail-composer';

/** The composers of all modules, by the kind of mail that each writes. */
@Injectable()
export class MailComposers implements OnModuleInit {
  private readonly byKind = new Map<string, MailComposer>();

  constructor(private readonly discovery: DiscoveryService) {}

  /** @throws Error when two composers write one kind. */
  onModuleInit(): void {
    const found = this.discovery.getProviders().map(({ instance }) => instance as unknown);
    for (const composer of new Set(found)) {
      if (!(composer instanceof MailComposer)) continue;
      if (this.byKind.has(composer.kind)) throw new Error(`Two composers write mails of "${composer.kind}"`);
      this.byKind.set(composer.kind, composer);
    }
  }

  /** @throws Error when none writes this kind; another instance, of a newer version, may have one. */
  for(kind: string): MailComposer {
    const composer = this.byKind.get(kind);
    if (!composer) throw new Error(`Nothing here composes mails of "${kind}"`);
    return composer;
  }
}
