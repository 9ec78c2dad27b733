import { Injectable } from '@nestjs/common';
import type { RequestContext } from '../../http/request-context';
import { Tokens } from '../../auth/tokens/tokens';
import { EmailChanges } from '../email-changes';
import type { User } from '../user.entity';
import { UserStore } from '../user-store';
import { InvalidLink } from '../../auth/auth-errors';

const PAGE = { view: 'users/dead-confirmation', title: 'This link does not work any more' };

/** Lets a user confirm an address, logged in or not. It logs no user in (ASVS 5.0: 6.3.6). */
@Injectable()
export class EmailConfirmation {
  constructor(
    private readonly store: UserStore,
    private readonly tokens: Tokens,
    private readonly changes: EmailChanges,
  ) {}

  /** Finds the token without consuming it. @throws InvalidLink */
  async find(token: string | null): Promise<{ user: User; email: string }> {
    const grant = token === null ? null : await this.tokens.find('email-confirmation', token);
    const user = grant && (await this.store.findById(grant.userId));
    // An attacker who lost the account by a password change must not set its address afterwards.
    if (!user || user.securityVersion !== grant.securityVersion || user.disabledAt !== null) {
      throw new InvalidLink(PAGE);
    }
    const { email } = grant.payload;
    if (user.pendingEmail !== email) throw new InvalidLink(PAGE);
    return { user, email };
  }

  /**
   * Confirms for the user and address of the link, even if another user is logged in. Durable before this
   * resolves.
   * @throws InvalidLink; EmailTaken if another account was first.
   */
  async confirm(token: string | null, request: RequestContext): Promise<void> {
    if (token === null) throw new InvalidLink(PAGE);
    const { user, email } = await this.find(token);
    const isConfirmed = await this.changes.confirm(user, email, request, (transaction) =>
      this.tokens.consume('email-confirmation', token, transaction),
    );
    if (!isConfirmed) throw new InvalidLink(PAGE);
  }
}
