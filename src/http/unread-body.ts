import { UnsupportedMediaTypeException } from '@nestjs/common';

/** In place of a body that no parser of ours reads. An upload's interceptor replaces it. */
export class UnreadBody {
  /** @param accepted a sentence that names the content type that is read. */
  constructor(private readonly accepted: string) {}

  refusal(): UnsupportedMediaTypeException {
    return new UnsupportedMediaTypeException(this.accepted);
  }
}
