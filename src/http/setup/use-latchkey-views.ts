import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { ModulesContainer } from '@nestjs/core';
import { SwaggerModule } from '@nestjs/swagger';
import express, { type Request, type Response } from 'express';
import { ApiDocsModule } from '../api-docs/api-docs.module';
import { openApiDocument } from '../api-docs/openapi-document';
import { BasePath } from '../../options/base-path';
import { PACKAGE_ROOT } from '../../options/package-root';
import { Reach } from '../../options/reach';
import { CodeOptions } from '../../options/code-options';
import { Settings } from '../../options/settings';
import { UserModel } from '../../options/user-model';
import { ViewFolders } from '../../options/view-folders';
import { signUpFields } from '../../users/sign-up-fields';
import { neverStored } from '../security-headers';
import { handlebarsEngine } from '../responses/view-engine';
import { LatchkeyPages } from '../latchkey-routes';
import { HttpSetup } from './http-setup';

/** No redirect for folders: it would replace our security headers. */
const ASSETS = { maxAge: '1h', index: false, redirect: false, setHeaders: nameCharset } as const;

export interface ViewOptions {
  /** Folders with your own views. They take precedence over files of the same name. */
  views?: string[];
  /** Links of the application in the header of every page. */
  navigation?: { href: string; text: string }[];
}

/**
 * Turns the pages on: the view engine, its views and assets, and the description of the API for /api/docs. Call
 * it before the application listens.
 */
export function useLatchkeyViews(
  app: NestExpressApplication,
  options: ViewOptions = {},
): NestExpressApplication {
  const pages = app.get(LatchkeyPages);
  if (!pages.mayBeOn)
    throw new Error('useLatchkeyViews() turns the pages on, but the option `pages` is false.');
  const settings = app.get(Settings);
  app.get(HttpSetup).ensure(); // its headers belong to the assets too
  const folders = app.get(ViewFolders);
  folders.putFirst(options.views ?? []);
  const views = [...folders.paths];

  app.engine('hbs', handlebarsEngine(views, !settings.isProduction));
  app.setBaseViewsDir(views);
  app.setViewEngine('hbs');
  const { logo, stylesheets = [] } = app.get(CodeOptions).brand;
  app.setLocal('appName', settings.appName);
  app.setLocal('logo', logo);
  app.setLocal('stylesheets', stylesheets);
  app.setLocal('navigation', options.navigation ?? []);
  app.setLocal('features', app.get(Reach).features);
  app.setLocal('emailRequired', settings.needsEmail);
  app.setLocal('registrationOpen', settings.registration === 'open');
  app.setLocal('signUpFields', signUpFields(app.get(UserModel)));
  app.setLocal('passwordRules', `minlength: ${settings.passwordMinLength}; maxlength: 128;`);
  app.setLocal(
    'passwordHint',
    `At least ${settings.passwordMinLength} characters. A few unrelated words make a good one.`,
  );

  pages.mount = () => mount(app);
  pages.areOn = true;
  return app;
}

function mount(app: NestExpressApplication): void {
  const base = app.get(BasePath);
  base.requireFixed();
  app.setLocal('base', base.path);
  app.setLocal('home', base.home);
  app.use(`${base.route}/assets`, express.static(join(PACKAGE_ROOT, 'public'), ASSETS));
  // Browsers request it for responses that are not our pages, such as the API's.
  app.use('/favicon.ico', (_request: Request, response: Response) =>
    response.redirect(308, base.to('/assets/favicon.svg')),
  );
  if (hasApiDocs(app)) {
    const api = `${base.route}/api`;
    app.use(`${api}/openapi.json`, neverStored);
    // Generated on first use, because most processes never need it.
    SwaggerModule.setup(`${api}/docs`, app, () => openApiDocument(app), {
      ui: false,
      raw: ['json'],
      jsonDocumentUrl: `${api}/openapi.json`,
    });
  }
}

/** The description names every route of the application to everyone. */
const hasApiDocs = (app: NestExpressApplication): boolean =>
  [...app.get(ModulesContainer).values()].some(({ metatype }) => metatype === ApiDocsModule);

/** Express adds the charset to text types but not to SVG (ASVS 5.0: 4.1.1). */
function nameCharset(response: Response, path: string): void {
  if (path.endsWith('.svg')) response.type('image/svg+xml; charset=utf-8');
}
