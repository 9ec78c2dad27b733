import { join, resolve } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { secureDataFolder } from './data-folder';
import { EnvFileError, readEnvFile } from './env-file';
import { keptSecret } from './kept-secret';
import { misspeltNames } from './misspelt-names';
import { isSameSite } from './origins';
import { productionRefusals, startWarnings } from './production-rules';
import { Settings } from './settings';
import { unambiguousSqliteUrl } from './sqlite-path';

/** Invalid settings, which prevent the start. The message lists each with its allowed values. */
export class SettingsError extends Error {
  declare readonly problems: string[];

  constructor(problems: string[]) {
    super(
      ['Latchkey cannot start with these settings:', ...problems.map((problem) => `  - ${problem}`)].join(
        '\n',
      ),
    );
    // Not enumerable: Node and Nest print such properties too, and they would repeat the message.
    Object.defineProperties(this, { name: { value: 'SettingsError' }, problems: { value: problems } });
    this.stack = this.message; // a stack trace does not help an operator
  }
}

/** Values by the names of environment variables: texts, as the environment has them, or values of their type. */
type Given = Record<string, unknown>;

/**
 * The process environment, which takes precedence over `.env` in the working directory. @throws SettingsError
 */
export function readEnvironment(): Given {
  try {
    return { ...readEnvFile('.env'), ...withoutEmpty(process.env) };
  } catch (error) {
    throw error instanceof EnvFileError ? new SettingsError([error.message]) : error;
  }
}

/**
 * An empty variable counts as unset, so commented templates, `PORT= npm start` and Compose's `PORT: ${PORT}`
 * work.
 */
function withoutEmpty(given: Given): Given {
  return Object.fromEntries(Object.entries(given).filter(([, value]) => value !== undefined && value !== ''));
}

function readSqliteUrl(databaseUrl: string): string {
  try {
    return unambiguousSqliteUrl(databaseUrl);
  } catch (error) {
    throw new SettingsError([(error as Error).message]);
  }
}

/** @throws SettingsError if cookies must be SameSite=None, which browsers take over https alone. */
function sameSiteFor({ origins, baseUrl, siteDomain, https }: Settings): 'lax' | 'none' {
  const other = origins.find((origin) => !isSameSite(origin, baseUrl, siteDomain));
  if (other === undefined) return 'lax';
  if (!https)
    throw new SettingsError([
      `ORIGINS names another site than BASE_URL, ${other}: its cookies need a BASE_URL with https`,
    ]);
  return 'none';
}

/**
 * Validates the environment and fills in defaults that depend on other settings. Does not apply the
 * production rules and generates no secret.
 * @param hasOwnDatabase false if a DataSource of the application is used in place of DATABASE_URL.
 * @throws SettingsError listing every invalid setting with its allowed values.
 */
export function readSettings(environment: Given = readEnvironment(), hasOwnDatabase = true): Settings {
  const given = withoutEmpty(environment);
  const settings = plainToInstance(Settings, given, {
    excludeExtraneousValues: true,
    exposeDefaultValues: true,
  });

  const problems = validateSync(settings).flatMap((error) => Object.values(error.constraints ?? {}));
  if (problems.length > 0) throw new SettingsError([...new Set(problems)]);

  settings.dataDir = resolve(settings.dataDir);
  settings.databaseUrl &&= readSqliteUrl(settings.databaseUrl);
  settings.baseUrl = new URL(settings.baseUrl ?? `http://localhost:${settings.port}`).href.replace(/\/$/, '');
  settings.sameSite = sameSiteFor(settings);
  settings.securityContact ??= `mailto:security@${new URL(settings.baseUrl).hostname}`; // RFC 2142, 4
  settings.databaseUrl ??= hasOwnDatabase ? `sqlite:${join(settings.dataDir, 'latchkey.sqlite')}` : '';
  settings.mailFrom ??= `no-reply@${new URL(settings.baseUrl).hostname}`;
  settings.lab ??= !settings.isProduction;
  settings.logFormat ??= settings.isProduction ? 'json' : 'pretty';
  settings.misspeltNames = misspeltNames(given);
  return settings;
}

/**
 * The settings for a start. Outside production, generates and stores a session secret if none is given.
 * @throws SettingsError listing every invalid setting with its allowed values.
 */
export function loadSettings(environment?: Given, hasOwnDatabase = true): Settings {
  const settings = readSettings(environment, hasOwnDatabase);
  const refusals = productionRefusals(settings);
  if (refusals.length > 0) throw new SettingsError(refusals);
  const { refusals: folderRefusals, warnings } = secureDataFolder(settings);
  if (folderRefusals.length > 0) throw new SettingsError(folderRefusals);
  settings.warnings = [...startWarnings(settings), ...warnings];

  settings.sessionSecrets ??= [keptSecret(settings.dataDir)];
  return settings;
}
