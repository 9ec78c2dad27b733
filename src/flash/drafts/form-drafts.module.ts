import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { SessionsModule } from '../../sessions/sessions.module';
import { DraftCookie, ExpiredDrafts, FormDrafts } from './form-drafts';
import { FormDraftEntity } from './form-draft.entity';

/** Keeps forms that a user submitted with an ended session until that user logs in again. */
@Module({
  imports: [TypeOrmModule.forFeature([FormDraftEntity], LATCHKEY_DATA_SOURCE), SessionsModule],
  providers: [ExpiredDrafts, DraftCookie, FormDrafts],
  exports: [FormDrafts],
})
export class FormDraftsModule {}
