import { ConflictException } from '@nestjs/common';
import type { Flash } from '../../index';

export class TooManyMessages extends ConflictException {
  readonly flash: Flash;

  constructor(most: number) {
    const text = `You have ${most} messages, which is the limit. Delete some of them first.`;
    super(text);
    this.flash = { level: 'error', text };
  }
}
