import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, type OpenAPIObject, SwaggerModule } from '@nestjs/swagger';
import { Settings } from '../../options/settings';
import { UserModel } from '../../options/user-model';
import { cookieName } from '../../sessions/cookies';
import { withSignUpFields } from './sign-up-schema';
import { complete } from './operations';

/** The name of the session cookie's security scheme, for `@ApiCookieAuth`. */
const SESSION = 'session';

/** The name of the other security scheme, with the option `bearer`. */
const BEARER = 'bearer';
const BEARER_DESCRIPTION =
  'The `sessionId` of a log-in with `"session": "bearer"`. A response with `X-Session-Id` replaces it: the former one is over.';

const DESCRIPTION = `
Session authentication: sign up, log in, and what only a logged-in user or an owner may do.

**Logging in.** \`POST /api/v1/auth/login\` sets the session cookie; the browser, or a client with a cookie jar, sends it
from then on. Every route is closed to guests unless it says otherwise. The pages use the same session.

**From a script.** A request that changes something must come from this site: browsers say so by themselves. A client
that keeps cookies but sends neither \`Sec-Fetch-Site\` nor \`Origin\` adds the header \`X-CSRF-Token\`, which
\`GET /api/v1/auth/me\` answers with.

**Lists** are \`{ items, nextCursor }\`. Ask for the next page with \`?cursor=\`; it is null on the last one. What is added
or removed meanwhile moves nothing.

**Errors** are \`application/problem+json\` (RFC 9457). \`requestId\`, also in the header \`X-Request-Id\` of every response,
names the request in the server's log.
`.trim();

/** The OpenAPI description of the JSON API, generated from the controllers. */
export function openApiDocument(app: INestApplication): OpenAPIObject {
  const settings = app.get(Settings);
  const model = app.get(UserModel);
  const sid = cookieName(settings, 'sid');
  const builder = new DocumentBuilder()
    .setTitle(settings.appName)
    .setDescription(DESCRIPTION)
    .setVersion('1') // of the API, as in /api/v1, not of the release
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer(settings.proxyPath || '/')
    .addCookieAuth(
      sid,
      {
        type: 'apiKey',
        in: 'cookie',
        name: sid,
        description: 'The session, as log-in sets it: `sid` over plain HTTP, `__Host-sid` over HTTPS',
      },
      SESSION,
    )
    .addTag('auth', 'Signing up, logging in and out')
    .addTag('users', 'Accounts')
    .addTag('messages', 'What users write')
    .addTag('health', 'For load balancers and supervisors');
  if (settings.bearer)
    builder.addBearerAuth({ type: 'http', scheme: 'bearer', description: BEARER_DESCRIPTION }, BEARER);
  const document = SwaggerModule.createDocument(app, builder.build(), {
    operationIdFactory: (controller, method) => `${controller.replace(/(Api)?Controller$/, '')}_${method}`,
    extraModels: model.signUp ? [model.signUp] : [],
  });
  if (settings.registration === 'closed')
    document.paths = Object.fromEntries(
      Object.entries(document.paths).filter(([path]) => !path.endsWith('/api/v1/auth/signup')),
    );
  if (!settings.bearer) removeBearer(document);
  return complete(withSignUpFields(document, model), settings.bearer ? [SESSION, BEARER] : [SESSION]);
}

/** Without the option, a log-in that asks for a bearer session is refused. */
function removeBearer({ components }: OpenAPIObject): void {
  for (const [dto, field] of [
    ['LoginDto', 'session'],
    ['LoggedInDto', 'sessionId'],
  ]) {
    const { properties = {} } = (components?.schemas?.[dto] ?? {}) as { properties?: object };
    Reflect.deleteProperty(properties, field);
  }
}
