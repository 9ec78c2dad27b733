import { join, resolve } from 'node:path';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { secureDataFolder } from './data-folder';
import { EnvFileError, readEnvFile } from './env-file';
import { keptSecret } from './kept-secret';
import { misspeltNames } from './misspelt-names';
import { productionRefusals, startWarnings } from './production-rules';
import { Settings } from './settings';
import { unambiguousSqliteUrl } from './sqlite-path';

/** A setting that stops the start; the message names each one and says what it may be. */
export class SettingsError extends Error {
  constructor(readonly problems: string[]) {
    super(
      ['Latchkey cannot start with these settings:', ...problems.map((problem) => `  - ${problem}`)].join(
        '\n',
      ),
    );
    this.name = 'SettingsError';
    this.stack = this.message; // where it was thrown is of no use to an operator
  }
}

/** What is set, in the process environment over what `.env` in the working directory says. @throws SettingsError */
function readEnvironment(): Record<string, string | undefined> {
  try {
    return { ...readEnvFile('.env'), ...withoutEmpty(process.env) };
  } catch (error) {
    throw error instanceof EnvFileError ? new SettingsError([error.message]) : error;
  }
}

/** An empty variable counts as not set, so that a commented template, `PORT= npm start` and Compose's `PORT: ${PORT}` work. */
function withoutEmpty(environment: Record<string, string | undefined>): Record<string, string | undefined> {
  return Object.fromEntries(Object.entries(environment).filter(([, value]) => value));
}

function readSqliteUrl(databaseUrl: string): string {
  try {
    return unambiguousSqliteUrl(databaseUrl);
  } catch (error) {
    throw new SettingsError([(error as Error).message]);
  }
}

/**
 * Validates the environment and fills in the defaults that depend on other settings. What production refuses is let
 * through, and no secret is made.
 * @throws SettingsError naming every bad setting and what it may be.
 */
export function readSettings(environment: Record<string, string | undefined> = readEnvironment()): Settings {
  const given = withoutEmpty(environment);
  const settings = plainToInstance(Settings, given, {
    excludeExtraneousValues: true,
    exposeDefaultValues: true,
  });

  const problems = validateSync(settings).flatMap((error) => Object.values(error.constraints ?? {}));
  if (problems.length > 0) throw new SettingsError([...new Set(problems)]);

  settings.dataDir = resolve(settings.dataDir);
  settings.databaseUrl &&= readSqliteUrl(settings.databaseUrl);
  settings.baseUrl = new URL(settings.baseUrl ?? `http://localhost:${settings.port}`).origin;
  settings.securityContact ??= `mailto:security@${new URL(settings.baseUrl).hostname}`; // RFC 2142, 4
  settings.databaseUrl ??= `sqlite:${join(settings.dataDir, 'latchkey.sqlite')}`;
  settings.mailFrom ??= `no-reply@${new URL(settings.baseUrl).hostname}`;
  settings.lab ??= !settings.isProduction;
  settings.logFormat ??= settings.isProduction ? 'json' : 'pretty';
  settings.misspeltNames = misspeltNames(given);
  return settings;
}

/**
 * The settings to start with. Makes and keeps the session secret when none is given outside production.
 * @throws SettingsError naming every bad setting and what it may be.
 */
export function loadSettings(environment?: Record<string, string | undefined>): Settings {
  const settings = readSettings(environment);
  const refusals = productionRefusals(settings);
  if (refusals.length > 0) throw new SettingsError(refusals);
  const { refusals: folderRefusals, warnings } = secureDataFolder(settings);
  if (folderRefusals.length > 0) throw new SettingsError(folderRefusals);
  settings.warnings = [...startWarnings(settings), ...warnings];

  settings.sessionSecrets ??= [keptSecret(settings.dataDir)];
  return settings;
}
