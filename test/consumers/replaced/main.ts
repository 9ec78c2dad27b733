import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { promisify } from 'node:util';
import { Controller, Get, Injectable, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { LatchkeyModule, type Mail, Mailer, PasswordHasher, Public, UserStore } from 'latchkey';

const derive = promisify(scrypt) as (password: string, salt: Buffer, length: number) => Promise<Buffer>;

class ScryptHasher extends PasswordHasher {
  async hash(password: string): Promise<string> {
    const salt = randomBytes(16);
    return `scrypt:${salt.toString('hex')}:${(await derive(password, salt, 32)).toString('hex')}`;
  }

  async verify(password: string, passwordHash: string): Promise<boolean> {
    const [kind, salt, key] = passwordHash.split(':');
    if (kind !== 'scrypt') return false;
    return timingSafeEqual(await derive(password, Buffer.from(salt, 'hex'), 32), Buffer.from(key, 'hex'));
  }

  needsRehash(): boolean {
    return false;
  }

  async simulateVerify(password: string): Promise<false> {
    await derive(password, randomBytes(16), 32);
    return false;
  }
}

@Injectable()
class Postbox {
  readonly sent: Mail[] = [];
}

@Controller('probe')
class ProbeController {
  constructor(
    private readonly postbox: Postbox,
    private readonly users: UserStore,
  ) {}

  @Get()
  @Public()
  async probe() {
    const user = await this.users.findByCanonicalUsername('ada');
    return { sent: this.postbox.sent, kind: user?.passwordHash.split(':')[0] };
  }
}

@Module({ providers: [Postbox], controllers: [ProbeController], exports: [Postbox] })
class PostModule {}

@Injectable()
class PostMailer extends Mailer {
  constructor(private readonly postbox: Postbox) {
    super();
  }

  async send(mail: Mail): Promise<void> {
    this.postbox.sent.push(mail);
  }

  async check(): Promise<void> {}
}

@Module({
  imports: [
    LatchkeyModule.forRoot({
      session: { secret: process.env.SESSION_SECRET, store: 'memory' },
      passwords: { hasher: ScryptHasher },
      mail: { mailer: PostMailer },
      imports: [PostModule],
    }),
  ],
})
class AppModule {}

void NestFactory.create(AppModule).then((app) => app.listen(process.env.PORT ?? 3000));
