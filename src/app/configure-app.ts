import type { NestExpressApplication } from '@nestjs/platform-express';
import { BasePath, limitConnections, Settings, useLatchkeyViews } from '../index';

/** What the application sets on Express and the server, in production and in tests. */
export function configureApp(app: NestExpressApplication): NestExpressApplication {
  app.set('etag', false); // pages are made for one user and never cached
  app.set('query parser', 'simple'); // `a[b]=c` is a field of that name, not an object
  const settings = app.get(Settings);
  const { home } = app.get(BasePath);
  useLatchkeyViews(app, {
    navigation: [
      { href: `${home}messages`, text: 'Messages' },
      ...(settings.lab ? [{ href: `${home}lab`, text: 'Lab' }] : []),
    ],
  });
  app.setLocal('messages', true);
  app.setLocal('lab', settings.lab);
  limitConnections(app.getHttpServer(), settings);
  app.enableShutdownHooks(['SIGTERM', 'SIGINT', 'SIGHUP'], { useProcessExit: true }); // exit code 0
  return app;
}
