import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ExpiredTokens, Tokens } from './tokens';
import { TokenEntity } from './token.entity';

/** Single-use tokens for mailed links. */
@Module({
  imports: [TypeOrmModule.forFeature([TokenEntity])],
  providers: [ExpiredTokens, Tokens],
  exports: [Tokens],
})
export class TokensModule {}
