import { distance } from 'fastest-levenshtein';
import { SETTING_NAMES } from './setting-decorators';

/** A variable that looks like a misspelt setting. The intended setting then has its default. */
export interface MisspeltName {
  /** For display: without invisible characters. */
  name: string;
  meant: string;
  /** Whether it is a misspelt NODE_ENV=production. It must then prevent the start even outside production. */
  hidesProduction: boolean;
}

/** Variables of systems, shells and tools that resemble a setting by chance. */
const OTHERS = /^(npm_|_|(HOME|LANG|HOSTNAME|LOGNAME|MAIL|PATH|PWD|SHELL|TERM|USER|NODE_PATH)$)/;
const SHORTEST = 6;
const LONG = 10;

/** @param environment variables by name, including those of `.env`. */
export function misspeltNames(environment: Record<string, unknown>): MisspeltName[] {
  return Object.keys(environment).flatMap((name) => {
    const meant = SETTING_NAMES.has(name) || OTHERS.test(name) ? undefined : settingMeantBy(name);
    if (meant === undefined) return [];
    const hidesProduction = meant === 'NODE_ENV' && String(environment[name]).trim() === 'production';
    return [{ name: name.replace(/[^\w.-]/g, '?'), meant, hidesProduction }];
  });
}

/** A byte order mark, spaces and lower case count as differences too. */
function settingMeantBy(name: string): string | undefined {
  const letters = name.replace(/\W/g, '').toUpperCase();
  return [...SETTING_NAMES].find((setting) => {
    if (letters === setting) return name.toUpperCase() !== setting || setting.length >= SHORTEST;
    if (setting.length < SHORTEST) return false;
    return distance(letters, setting) <= (setting.length >= LONG ? 2 : 1);
  });
}
