import { Injectable } from '@nestjs/common';
import { FormDrafts } from '../flash/drafts/form-drafts';
import { RememberFamilies } from '../sessions/remember-families';
import { Tokens } from '../auth/tokens/tokens';

/** What lower floors keep of a user. They know no users, so the database does not delete it with one. */
@Injectable()
export class UserDataCleanup {
  constructor(
    private readonly families: RememberFamilies,
    private readonly tokens: Tokens,
    private readonly keptForms: FormDrafts,
  ) {}

  async removeAllOf(userId: number): Promise<void> {
    await this.families.removeAllOf(userId);
    await this.tokens.removeAllOf(userId);
    await this.keptForms.removeAllOf(userId);
  }
}
