import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { SessionsModule } from '../../sessions/sessions.module';
import { ExpiredForms } from './expired-forms';
import { FormCookie } from './form-cookie';
import { KeptFormEntity } from './kept-form.entity';
import { KeptForms } from './kept-forms';

/** Forms that met an ended session, kept until their user has given the password. */
@Module({
  imports: [TypeOrmModule.forFeature([KeptFormEntity]), SessionsModule],
  providers: [ExpiredForms, FormCookie, KeptForms],
  exports: [KeptForms],
})
export class KeptFormsModule {}
