import { ApiProperty } from '@nestjs/swagger';
import { TextField } from '../../common/text-field.decorator';

export class EmailConfirmationDto {
  @ApiProperty({
    example: 'Zt4yQnT0vUe0oE9c1nGxWq3bq0m2yY1r5s7uKp8dLhA',
    description: 'The end of the mailed link',
  })
  @TextField()
  token!: string;
}
