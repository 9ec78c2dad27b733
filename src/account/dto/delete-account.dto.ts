import { TextField } from '../../common/text-field.decorator';

export class DeleteAccountDto {
  @TextField()
  currentPassword!: string;
}
