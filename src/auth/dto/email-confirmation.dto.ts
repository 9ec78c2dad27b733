import { MailedTokenField } from '../mailed-token';

export class EmailConfirmationDto {
  @MailedTokenField()
  token!: string;
}
