import { PickType } from '@nestjs/swagger';
import { EmailField } from '../../users/dto/fields';
import { UpdateUserDto } from '../../users/dto/update-user.dto';

export class RemoveEmailDto extends PickType(UpdateUserDto, ['currentPassword']) {}

export class ChangeEmailDto extends RemoveEmailDto {
  @EmailField()
  email!: string;
}
