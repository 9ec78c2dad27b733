import { PickType } from '@nestjs/swagger';
import { EmailField } from '../dto/fields';
import { UpdateUserDto } from '../dto/change-user.dto';
import { MailedTokenField } from '../../auth/mailed-token';

export class RemoveEmailDto extends PickType(UpdateUserDto, ['currentPassword']) {}

export class ChangeEmailDto extends RemoveEmailDto {
  @EmailField()
  email!: string;
}

export class EmailConfirmationDto {
  @MailedTokenField()
  token!: string;
}
