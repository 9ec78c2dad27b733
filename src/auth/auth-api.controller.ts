import { Body, Controller, Get, HttpCode, Post, Req, Res } from '@nestjs/common';
import { ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CsrfToken } from '../access/csrf-token';
import { CurrentUser } from '../access/current-user.decorator';
import type { Principal } from '../access/principal';
import { Public } from '../access/public.decorator';
import { UserDto } from '../users/dto/user.dto';
import { UsersService } from '../users/users-service';
import { AuthService } from './auth-service';
import { LoginDto } from './dto/login.dto';
import { SignupDto } from './dto/signup.dto';

@ApiTags('auth')
@Controller('api/v1/auth')
export class AuthApiController {
  constructor(
    private readonly auth: AuthService,
    private readonly users: UsersService,
    private readonly csrf: CsrfToken,
  ) {}

  @Post('signup')
  @Public()
  async signup(@Body() account: SignupDto): Promise<UserDto> {
    const user = await this.users.create(account);
    return UserDto.of(user, user.id);
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  async login(@Req() request: Request, @Body() credentials: LoginDto): Promise<UserDto> {
    const user = await this.auth.authenticate(credentials);
    await this.auth.logIn(request, user);
    return UserDto.of(user, user.id);
  }

  @Post('logout')
  @HttpCode(204)
  @Public()
  async logout(@Req() request: Request): Promise<void> {
    await this.auth.logOut(request);
  }

  @Get('me')
  async me(
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
    @CurrentUser() principal: Principal,
  ): Promise<UserDto> {
    response.set('X-CSRF-Token', this.csrf.of(request));
    return UserDto.of(await this.users.get(principal.id), principal.id);
  }
}
