import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpiredTokens } from './expired-tokens';
import { TokenEntity } from './token.entity';
import { Tokens } from './tokens';

/** Single-use tokens for mailed links. */
@Module({
  imports: [TypeOrmModule.forFeature([TokenEntity])],
  providers: [ExpiredTokens, Tokens],
  exports: [Tokens],
})
export class TokensModule {}
