import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { MailComposer } from './mail-composer';

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
