import { Body, Get, HttpCode, Post, Req, Res, UseGuards } from '@nestjs/common';
import { ApiController } from '../http/latchkey-routes';
import {
  ApiBody,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { SessionEnded } from '../access/access-errors';
import { CsrfToken } from '../access/same-origin.middleware';
import { Public } from '../access/decorators';
import { FLASHES } from '../flash/flash';
import { InvalidInput } from '../http/errors';
import { ApiProblems } from '../http/responses/api-problems.decorator';
import { BearerSessions } from '../sessions/bearer-sessions';
import { Throttle } from '../throttling/throttle';
import { UnlessThrottled } from '../throttling/unthrottled-source.guard';
import { SignupDto } from '../users/dto/signup.dto';
import { UserDto } from '../users/dto/user.dto';
import { ValidatesNewPassword } from '../users/new-password.interceptor';
import { Accounts } from '../users/accounts';
import { SignUpFields } from '../users/sign-up-fields';
import { SignUpPipe } from '../users/sign-up.pipe';
import { type NewAccount, UsersService } from '../users/users-service';
import { AuthService } from './auth-service';
import { LoggedInDto, LoginDto } from './dto/login.dto';
import { OpenRegistrationGuard } from './open-registration.guard';

const header = (description: string, example: string) => ({
  description,
  schema: { type: 'string', example },
});

@ApiTags('auth')
@ApiProblems(400, 503)
@ApiController('api/v1/auth')
export class AuthApiController {
  constructor(
    private readonly auth: AuthService,
    private readonly users: UsersService,
    private readonly accounts: Accounts,
    private readonly throttle: Throttle,
    private readonly csrf: CsrfToken,
    private readonly fields: SignUpFields,
    private readonly bearer: BearerSessions,
  ) {}

  @Post('signup')
  @Public()
  @UseGuards(OpenRegistrationGuard)
  @UnlessThrottled('sign-up')
  @ValidatesNewPassword('password')
  @ApiOperation({ summary: 'Sign up', description: 'Makes an account. It does not log in.' })
  @ApiBody({ type: SignupDto })
  @ApiCreatedResponse({ type: UserDto, description: 'The new account' })
  @ApiProblems(403, 409, 413, 415, [422, { password: ['Use at least 8 characters.'] }], 429)
  async signup(@Req() request: Request, @Body(SignUpPipe) account: NewAccount): Promise<UserDto> {
    await this.throttle.source(request, 'sign-up');
    const user = await this.users.create(account, request);
    return UserDto.of(user, user.id, this.fields.names);
  }

  @Post('login')
  @HttpCode(200)
  @Public()
  @ApiOperation({
    summary: 'Log in',
    description:
      'The session goes on under a new ID. An unknown user and a wrong password get the same response.',
  })
  @ApiOkResponse({
    type: LoggedInDto,
    description: 'Logged in as this user',
    headers: { 'Set-Cookie': header('The session', 'sid=s%3A…; Path=/; HttpOnly; SameSite=Lax') },
  })
  @ApiProblems(
    [401, FLASHES.invalidCredentials.text],
    403,
    [409, FLASHES.tooManyDevices.text],
    413,
    415,
    422,
    429,
  )
  async login(
    @Req() request: Request,
    @Body() { remember, session, ...credentials }: LoginDto,
  ): Promise<LoggedInDto> {
    if (session === 'bearer') this.bearer.begin(request);
    if (request.isBearer && remember)
      throw new InvalidInput({ remember: ['A bearer session cannot be remembered.'] });
    const user = await this.auth.authenticate(credentials, request);
    await this.auth.logIn(request, user, remember);
    return Object.assign(UserDto.of(user, user.id, this.fields.names), {
      sessionId: this.bearer.idOf(request),
    });
  }

  @Post('logout')
  @HttpCode(204)
  @Public()
  @ApiOperation({
    summary: 'Log out',
    description: 'Ends the session of this browser. A guest may do it too.',
  })
  @ApiNoContentResponse({
    description: 'Logged out',
    headers: {
      'Set-Cookie': header(
        'Takes the session cookie away',
        'sid=; Path=/; Expires=Thu, 01 Jan 1970 00:00:00 GMT',
      ),
      'Clear-Site-Data': header('What the browser has cached of this site goes', '"cache"'),
    },
  })
  @ApiProblems(403)
  async logout(@Req() request: Request): Promise<void> {
    await this.auth.logOut(request);
  }

  @Get('me')
  @ApiOperation({ summary: 'Who is logged in' })
  @ApiOkResponse({
    type: UserDto,
    description: 'The user whose session this is',
    headers: {
      'X-CSRF-Token': header('For clients that send neither Sec-Fetch-Site nor Origin', 'o3aZ…'),
    },
  })
  @ApiProblems(401)
  async me(@Req() request: Request, @Res({ passthrough: true }) response: Response): Promise<UserDto> {
    response.set('X-CSRF-Token', this.csrf.of(request));
    const { principal } = request;
    const account = principal && (await this.accounts.of(request, principal.id));
    if (!account) throw new SessionEnded(); // deleted during the request
    return UserDto.of(account, account.id, this.fields.names);
  }
}
