import { MaxLength } from 'class-validator';
import { TextField } from '../../http/text/text-field.decorator';

export class PlainCookieQuery {
  @MaxLength(200, { message: 'Use at most 200 characters.' })
  @TextField()
  username!: string;
}
