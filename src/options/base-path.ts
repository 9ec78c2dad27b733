import { Injectable } from '@nestjs/common';
import { ApplicationConfig } from '@nestjs/core';
import { Reach } from './reach';
import { SettingsError } from './load-settings';
import { Settings } from './settings';

/**
 * Where Latchkey's routes are: below the path of `baseUrl`, which a proxy removes, the application's global prefix and
 * the option `basePath`. Complete once the application has set its global prefix.
 */
@Injectable()
export class BasePath {
  private readonly proxyPath: string;
  private known: { prefix: string; route: string } | undefined;

  constructor(
    private readonly application: ApplicationConfig,
    settings: Settings,
    private readonly reach: Reach,
  ) {
    this.proxyPath = settings.proxyPath;
  }

  /** In front of Latchkey's paths as users see them, such as `/app/v2/auth`, or ''. Views have it as `{{base}}`. */
  get path(): string {
    return this.proxyPath + this.route;
  }

  /** As `path`, but as the server sees it, behind the proxy. */
  get route(): string {
    return this.prefix + this.own;
  }

  /** The option `basePath`: `/auth`, or ''. */
  get own(): string {
    return this.reach.basePath;
  }

  /** The application's own start page, such as `/app/v2/`. Views have it as `{{home}}`. */
  get home(): string {
    return `${this.proxyPath}${this.prefix}/`;
  }

  /** @param path of one of Latchkey's routes, such as `/users/login`. @returns it as users see it */
  to(path: string): string {
    return this.path + path;
  }

  /** @param path or URL without its origin that the server was asked for. @returns it as users see it */
  asSeen(path: string): string {
    return this.proxyPath + path;
  }

  /** Whether a path is below `/api`, of Latchkey or of the application. The router is case-insensitive too. */
  isApi(path: string): boolean {
    const asked = path.toLowerCase();
    this.known ??= { prefix: this.prefix.toLowerCase(), route: this.route.toLowerCase() };
    const { prefix, route } = this.known;
    // With the base path `/api/auth`, `/api/auth/users` is a page.
    if (this.reach.pages && asked.startsWith(`${route}/`)) return isBelow(asked, `${route}/api`);
    return ['', prefix, route].some((start) => isBelow(asked, `${start}/api`));
  }

  /** @throws SettingsError if the global prefix has parameters: links to pages need one path. */
  requireFixed(): void {
    if (/[:*{}()]/.test(this.prefix))
      throw new SettingsError([
        `Latchkey's pages need a global prefix without parameters, not ${this.prefix}`,
      ]);
  }

  private get prefix(): string {
    const parts = this.application.getGlobalPrefix().split('/').filter(Boolean);
    return parts.map((part) => `/${part}`).join('');
  }
}

const isBelow = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);
