import { UnsupportedMediaTypeException } from '@nestjs/common';

/** The content type that Latchkey's routes read, and what others are told. */
export const READ_TYPES = {
  api: { type: 'application/json', refusal: 'The API takes application/json.' },
  pages: {
    type: 'application/x-www-form-urlencoded',
    refusal: 'This page takes forms (application/x-www-form-urlencoded).',
  },
} as const;

/** In place of a body that no parser of ours reads, until `RouteGuard` has decided about it. It has no fields. */
export class UnreadBody {
  readonly #accepted: string;

  /** @param accepted a sentence that names the content type that is read. */
  constructor(accepted: string) {
    this.#accepted = accepted;
  }

  refusal(): UnsupportedMediaTypeException {
    return new UnsupportedMediaTypeException(this.#accepted);
  }
}
