import { Injectable } from '@nestjs/common';
import { FormDrafts } from '../flash/drafts/form-drafts';
import { RememberFamilies } from '../sessions/remember-families';
import { Tokens } from '../auth/tokens/tokens';

/**
 * Deletes the user's data in lower layers. They have no foreign key to users, so the database does not
 * cascade.
 */
@Injectable()
export class UserDataCleanup {
  constructor(
    private readonly families: RememberFamilies,
    private readonly tokens: Tokens,
    private readonly drafts: FormDrafts,
  ) {}

  async removeAllOf(userId: number): Promise<void> {
    await this.families.removeAllOf(userId);
    await this.tokens.removeAllOf(userId);
    await this.drafts.removeAllOf(userId);
  }
}
