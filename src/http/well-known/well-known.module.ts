import { Module } from '@nestjs/common';
import { WellKnownController } from './well-known.controller';

/** The addresses under /.well-known. */
@Module({ controllers: [WellKnownController] })
export class WellKnownModule {}
