import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { LATCHKEY_DATA_SOURCE } from '../../database/data-source-name';
import { ExpiredTokens, Tokens } from './tokens';
import { TokenEntity } from './token.entity';

/** Single-use tokens for mailed links. */
@Module({
  imports: [TypeOrmModule.forFeature([TokenEntity], LATCHKEY_DATA_SOURCE)],
  providers: [ExpiredTokens, Tokens],
  exports: [Tokens],
})
export class TokensModule {}
