import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SessionsModule } from '../../sessions/sessions.module';
import { ExpiredDrafts } from './expired-drafts';
import { DraftCookie } from './draft-cookie';
import { FormDraftEntity } from './form-draft.entity';
import { FormDrafts } from './form-drafts';

/** Forms that met an ended session, kept until their user has given the password. */
@Module({
  imports: [TypeOrmModule.forFeature([FormDraftEntity]), SessionsModule],
  providers: [ExpiredDrafts, DraftCookie, FormDrafts],
  exports: [FormDrafts],
})
export class FormDraftsModule {}
