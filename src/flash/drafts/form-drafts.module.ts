import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SessionsModule } from '../../sessions/sessions.module';
import { DraftCookie, ExpiredDrafts, FormDrafts } from './form-drafts';
import { FormDraftEntity } from './form-draft.entity';

/** Keeps forms that a user submitted with an ended session until that user logs in again. */
@Module({
  imports: [TypeOrmModule.forFeature([FormDraftEntity]), SessionsModule],
  providers: [ExpiredDrafts, DraftCookie, FormDrafts],
  exports: [FormDrafts],
})
export class FormDraftsModule {}
