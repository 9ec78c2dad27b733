/** Nest on its Fastify adapter: controllers, a guard and a filter over the plugins that the Fastify peer has too. */
import 'reflect-metadata';
import {
  Catch,
  Controller,
  Get,
  Module,
  Post,
  Req,
  Res,
  UnauthorizedException,
  UseFilters,
  UseGuards,
} from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter } from '@nestjs/platform-fastify';
import bcrypt from 'bcrypt';
import { prepare, show } from './fastify-app.mjs';
import { messages, users, withOwn } from './stores.mjs';

const { PORT, BCRYPT_COST } = process.env;

/** What a compiler makes of decorators, which JavaScript does not have. A method has those of its own and of its parameters. */
function decorate(Type, decorators, methods) {
  for (const [name, { own, takes }] of Object.entries(methods)) {
    takes.forEach((decorator, index) => decorator(Type.prototype, name, index));
    const method = Object.getOwnPropertyDescriptor(Type.prototype, name);
    for (const decorator of own) decorator(Type.prototype, name, method);
  }
  for (const decorator of decorators) decorator(Type);
}
// Nest's own @Redirect does not wait until the session is saved, and then Fastify answers twice. A POST would be a 201.
const answering = (...own) => ({ own, takes: [Req(), Res()] });

class LoggedInGuard {
  canActivate(context) {
    if (context.switchToHttp().getRequest().user) return true;
    throw new UnauthorizedException('log in first');
  }
}
const guarded = UseGuards(LoggedInGuard);

class ToTheForm {
  catch(_error, host) {
    return host.switchToHttp().getResponse().redirect('/login');
  }
}
Catch(UnauthorizedException)(ToTheForm);

class AccountPages {
  loginForm(request, reply) {
    return show(request, reply, 'login');
  }

  signupForm(request, reply) {
    return show(request, reply, 'signup');
  }

  welcome(request, reply) {
    return show(request, reply, 'welcome');
  }

  account(request, reply) {
    return show(request, reply, 'account');
  }

  async signUp({ body: { username, email, password } }, reply) {
    await users.create(username, email, await bcrypt.hash(password, Number(BCRYPT_COST)));
    return reply.redirect('/login', 302);
  }

  async logIn(request, reply) {
    const { username, password } = request.body;
    const user = await users.byName(username);
    if (!user || !(await bcrypt.compare(password, user.password_hash))) {
      request.flash('error', 'Wrong username or password.');
      return reply.redirect('/login', 302);
    }
    await request.session.regenerate();
    request.session.set('userId', user.id);
    return reply.redirect('/welcome', 302);
  }

  async logOut(request, reply) {
    await request.session.destroy();
    return reply.redirect('/login', 302);
  }
}
decorate(AccountPages, [Controller(), UseFilters(ToTheForm)], {
  loginForm: answering(Get('login')),
  signupForm: answering(Get('signup')),
  welcome: answering(Get('welcome'), guarded),
  account: answering(Get('account'), guarded),
  signUp: answering(Post('signup')),
  logIn: answering(Post('login')),
  logOut: answering(Post('logout')),
});

class MessagesPages {
  form(request, reply) {
    return show(request, reply, 'message');
  }

  async everyones(request, reply) {
    return show(request, reply, 'messages', { messages: withOwn(await messages.newest(), request.user) });
  }

  async own(request, reply) {
    const list = withOwn(await messages.newestOf(request.user.id), request.user);
    return show(request, reply, 'messages', { messages: list });
  }

  async create(request, reply) {
    await messages.create(request.user.id, request.body.content);
    request.flash('info', 'Your message is posted.');
    return reply.redirect('/messages/own', 303);
  }
}
decorate(MessagesPages, [Controller('messages'), guarded, UseFilters(ToTheForm)], {
  form: answering(Get('new')),
  everyones: answering(Get()),
  own: answering(Get('own')),
  create: answering(Post()),
});

class Api {
  me({ user }) {
    return user;
  }

  async messages() {
    return { items: await messages.newest() };
  }
}
decorate(Api, [Controller(), guarded], {
  me: { own: [Get('me')], takes: [Req()] },
  messages: { own: [Get('api/messages')], takes: [] },
});

class AppModule {}
Module({ controllers: [AccountPages, MessagesPages, Api] })(AppModule);

const adapter = new FastifyAdapter();
await prepare(adapter.getInstance());
const app = await NestFactory.create(AppModule, adapter, { logger: ['error'] });
await app.listen(Number(PORT), '127.0.0.1');
