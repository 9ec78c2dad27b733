import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';

/** The OpenAPI description of the JSON API, from the controllers themselves. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const config = new DocumentBuilder()
    .setTitle('Latchkey')
    .setDescription(
      'Session authentication: sign up, log in, and what only a logged-in user or an owner may do. ' +
        'Log in with `POST /api/v1/auth/login`; the answer sets the session cookie, which the browser sends from then on. ' +
        'Errors are `application/problem+json` (RFC 9457).',
    )
    .setVersion('1')
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/')
    .addCookieAuth('sid', { type: 'apiKey', in: 'cookie', name: 'sid' }, 'session')
    .addTag('auth', 'Signing up, logging in and out')
    .addTag('users', 'Accounts')
    .addTag('messages', 'What users write')
    .addTag('health', 'For load balancers and supervisors')
    .build();
  return SwaggerModule.createDocument(app, config, {
    operationIdFactory: (controller, method) => `${controller.replace(/(Api)?Controller$/, '')}_${method}`,
  });
}
