import { CurrentPasswordField } from '../../users/dto/fields';

export class DeleteAccountDto {
  @CurrentPasswordField()
  currentPassword!: string;
}
