import { PickType } from '@nestjs/swagger';
import { EmailField } from '../dto/fields';
import { UpdateUserDto } from '../dto/update-user.dto';

export class RemoveEmailDto extends PickType(UpdateUserDto, ['currentPassword']) {}

export class ChangeEmailDto extends RemoveEmailDto {
  @EmailField()
  email!: string;
}
